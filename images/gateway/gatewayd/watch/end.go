package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"gatewayd/apply"
	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/plain"
	"gatewayd/policy"
)

// drift reports what was found, and how that ended, to the audit and on stderr.
func drift(what, how string) {
	what = plain.Text(what)
	tell(contract.Line{Kind: "drift", Name: what, Verdict: "deny", Reason: how})
	fmt.Fprintf(os.Stderr, "%s%s: %s\n", contract.SaysDrift, what, how)
}

// tell writes an audit line. What cannot be told holds nothing up.
func tell(line contract.Line) {
	if err := audit.Send(line); err != nil {
		fmt.Fprintf(os.Stderr, "an audit line is lost: %v\n", err)
	}
}

// ended is how a look ends before it has seen everything.
type ended struct {
	status int
	said   string
}

func (e ended) Error() string { return e.said }

// unwell ends a look: something is shut, or does not answer.
func unwell(format string, words ...any) error { return ended{1, fmt.Sprintf(format, words...)} }

// note writes how a look ended, which health reads. Who waited in vain for a turn notes that beside somebody who has it, so each note is a file of its own first: of two that wrote the same one the
// second had nothing to rename, and ended the gateway.
func note(place policy.Place, status int, said string) error {
	up, err := policy.Uptime()
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(place.Run, "round.*")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(next, "%d %d %s\n", up, status, said)
	next.Close()
	if err == nil {
		err = os.Rename(next.Name(), filepath.Join(place.Run, "round"))
	}
	if err != nil {
		os.Remove(next.Name())
	}
	return err
}

// longest is how many seconds a look may take: one that waits for daemons takes 30, and each program that it runs 60 at most.
const longest = 120

// goesOn notes every few seconds that a look is under way, until what it gives back is called. Without a note health would end the watchdog at its work: half-way through the
// end of a grant, while a daemon does not answer (seen). One that takes too long is noted no more.
func goesOn(place policy.Place) (seen func()) {
	over, written := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(written)
		for seconds := 5; seconds < longest; seconds += 5 {
			select {
			case <-over:
				return
			case <-time.After(5 * time.Second):
				// Whether there is room is the look's own matter.
				_ = note(place, 1, fmt.Sprintf("a look goes on for %d s", seconds))
			}
		}
		<-over
	}()
	return func() { close(over); <-written }
}

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
