// Package supervisor speaks with s6, which starts the gateway's daemons and has each of them up again.
package supervisor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gatewayd/command"
)

// Services are the daemons that s6 has, by their folder.
type Services struct {
	Folder string
	command.Runner
}

// Has is whether s6 has a service: before it does, what is told to the service is lost.
func (s Services) Has(service string) bool {
	control, err := os.OpenFile(filepath.Join(s.Folder, service, "supervise/control"), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	control.Close()
	return true
}

// IsUp is whether a service runs.
func (s Services) IsUp(service string) (bool, error) {
	said, err := s.Run("", "s6-svstat", "-o", "up", filepath.Join(s.Folder, service))
	return strings.TrimSpace(said) == "true", err
}

// Up starts a service, and from now on whenever the supervisor does.
func (s Services) Up(service string) error {
	if err := s.Allow(service); err != nil {
		return err
	}
	return s.tell("-u", service)
}

// Allow has a service started by a supervisor that is not there yet.
func (s Services) Allow(service string) error {
	err := os.Remove(s.mark(service))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Down ends a service, which stays down whoever starts the supervisor again. Where the supervisor has no such service yet, it will not start it.
func (s Services) Down(service string) error {
	mark, err := os.OpenFile(s.mark(service), os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	mark.Close()
	if !s.Has(service) {
		return nil
	}
	return s.tell("-d", service)
}

// Restart ends a service in order, and waits until the supervisor has started it anew: a question before that is answered by the process that is about to end. One that does not end
// is no error here, for its questions say so. (`s6-svc -wr` takes the end and the start for one event when it is late, and then waits in vain.)
func (s Services) Restart(service string) error {
	before, err := s.pid(service)
	if err != nil {
		return err
	}
	if err := s.tell("-r", service); err != nil {
		return err
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		now, err := s.pid(service)
		if err != nil {
			return err
		}
		if now > 0 && now != before {
			return nil
		}
	}
	return nil
}

// pid is the process of a service, -1 where it is down.
func (s Services) pid(service string) (int, error) {
	said, err := s.Run("", "s6-svstat", "-o", "pid", filepath.Join(s.Folder, service))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(said))
}

// Kill ends a service as it stands, also one that is stopped, and has it up again.
func (s Services) Kill(service string) error { return s.tell("-k", service) }

// HangUp has a service read its files again.
func (s Services) HangUp(service string) error { return s.tell("-h", service) }

func (s Services) mark(service string) string { return filepath.Join(s.Folder, service, "down") }

func (s Services) tell(what, service string) error {
	_, err := s.Run("", "s6-svc", what, filepath.Join(s.Folder, service))
	return err
}
