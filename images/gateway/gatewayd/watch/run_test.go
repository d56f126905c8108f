package watch

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	r := &round{}
	if said, err := r.run("in\n", "cat"); err != nil || said != "in\n" {
		t.Error(said, err)
	}
	if said, err := r.run("", "sh", "-c", "echo out; echo why >&2; exit 3"); said != "out\n" || err == nil || !strings.Contains(err.Error(), "exit status 3: why") {
		t.Error(said, err)
	}
	if _, err := r.run("", "no-such-program"); err == nil {
		t.Error("ran")
	}
}
