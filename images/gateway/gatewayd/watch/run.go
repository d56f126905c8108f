package watch

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

	"gatewayd/contract"
)

// run runs a program to its end, and says what it printed. One that hangs is killed with all that it started.
func (r *round) run(input string, program string, words ...string) (string, error) {
	within, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	command := exec.CommandContext(within, program, words...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = time.Second
	command.Stdin = strings.NewReader(input)
	var said, wrong bytes.Buffer
	command.Stdout, command.Stderr = &said, &wrong
	if r.turn != nil {
		// It has the turn as well: whoever waits for it waits for this program, even when this one here has ended.
		command.ExtraFiles = []*os.File{r.turn}
	}
	if err := command.Run(); err != nil {
		if within.Err() != nil {
			err = errors.New("did not end in 60 s")
		}
		return said.String(), fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(wrong.String()))
	}
	return said.String(), nil
}

// shell runs verbs of policy.sh, which apply and entry are made of, too. What they say on stderr is for the gateway's log.
func (r *round) shell(verbs string) error {
	_, err := r.run("", "bash", "-c", `set -euo pipefail; . `+contract.Programs+`/policy.sh; if { `+verbs+`; }; then exit 0; else exit 1; fi`)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return err
}

func (r *round) signal(letter, service string) error {
	_, err := r.run("", "s6-svc", "-"+letter, r.place.Service(service))
	return err
}
