package command

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var r Runner
	if said, err := r.Run("in\n", "cat"); err != nil || said != "in\n" {
		t.Error(said, err)
	}
	said, err := r.Run("", "sh", "-c", "echo out; echo why >&2; exit 3")
	if said != "out\n" || err == nil || !strings.Contains(err.Error(), "exit status 3: why") || Said(err) != "why\nout" {
		t.Error(said, err)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Error(err)
	}
	if _, err := r.Run("", "no-such-program"); err == nil || !strings.Contains(Said(err), "no-such-program") {
		t.Error(err)
	}
}
