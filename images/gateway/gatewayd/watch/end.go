package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"gatewayd/apply"
)

// ended is how a look ends before it has seen everything.
type ended struct {
	status int
	said   string
}

func (e ended) Error() string { return e.said }

// unwell ends a look: something is shut, or does not answer.
func unwell(format string, words ...any) error { return ended{1, fmt.Sprintf(format, words...)} }

// die ends the gateway, and with it every way out: the engine starts it again, shut, in a new namespace. Every process is killed at once, for a stopped one does not end when
// it is asked to.
func (r *round) die(what string) {
	if _, err := r.run("", "nft", "-f", apply.Baseline); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	drift(what, "gateway-ended")
	if _, err := r.run("", "s6-svscanctl", "-t", filepath.Join(r.place.Run, "service")); err != nil {
		_ = syscall.Kill(1, syscall.SIGTERM)
	}
	time.Sleep(300 * time.Millisecond)
	_ = syscall.Kill(-1, syscall.SIGKILL)
	os.Exit(1)
}
