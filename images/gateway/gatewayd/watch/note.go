package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gatewayd/policy"
)

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

// readNote reads how a look ended: the uptime then, a status, a sentence.
func readNote(text string) (at int64, status int, said string, ok bool) {
	words := strings.SplitN(strings.TrimRight(text, "\n"), " ", 3)
	if len(words) < 3 {
		return 0, 0, "", false
	}
	at, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return 0, 0, "", false
	}
	status, err = strconv.Atoi(words[1])
	return at, status, words[2], err == nil
}
