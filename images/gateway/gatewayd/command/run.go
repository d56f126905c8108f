// Package command runs programs of the image to their end.
package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Runner runs programs on behalf of whoever has the turn.
type Runner struct {
	// Each program is handed it as well: whoever waits for the turn waits for that program, even when this one here has ended. Nil where there is none.
	Turn *os.File
}

// longest is how long a program may take. The longest of them, haproxy's check of 10,000 names, takes 0.1 s.
const longest = 60 * time.Second

// Run runs a program to its end, and says what it printed. One that hangs is killed with all that it started.
func (r Runner) Run(input string, program string, words ...string) (string, error) {
	within, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	command := exec.CommandContext(within, program, words...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	command.Stdin = strings.NewReader(input)
	var said, wrong bytes.Buffer
	command.Stdout, command.Stderr = &said, &wrong
	if r.Turn != nil {
		command.ExtraFiles = []*os.File{r.Turn}
	}
	if err := command.Run(); err != nil {
		if within.Err() != nil {
			err = fmt.Errorf("did not end in %s", longest)
		}
		return said.String(), &Failure{Program: program, Said: strings.TrimSpace(wrong.String() + said.String()), err: err}
	}
	return said.String(), nil
}

// Failure is a program that did not do what it was to.
type Failure struct {
	Program string
	// What it said of that, on stderr and stdout.
	Said string
	err  error
}

func (f *Failure) Error() string { return fmt.Sprintf("%s: %v: %s", f.Program, f.err, f.Said) }
func (f *Failure) Unwrap() error { return f.err }

// Said is what a program said of its failure; of another error, the error.
func Said(err error) string {
	var failure *Failure
	if errors.As(err, &failure) && failure.Said != "" {
		return failure.Said
	}
	return err.Error()
}
