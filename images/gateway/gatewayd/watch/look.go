package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatewayd/policy"
)

// Round makes a full look and says how it ended: 0 is well, 1 shut or not answering.
func Round() (int, string) {
	if !supervised(policy.Here) {
		return 1, "the gateway is starting"
	}
	status, said, _ := look(policy.Here, &known{}, true)
	return status, said
}

// supervised is whether the supervisor has this program. Before it does, `entry` is still putting the policy in force.
func supervised(place policy.Place) bool { return (&round{place: place}).services().Has("watchdog") }

// hangs is longer than an apply takes that waits in vain for its daemons, and then for those of the policy before, in seconds.
const hangs = 120

// look has a turn and looks. It says how the gateway is, and whether it had its turn at all.
func look(place policy.Place, known *known, full bool) (status int, said string, had bool) {
	r := &round{place: place, known: known, full: full}
	turn, err := place.TakeTurn(3 * time.Second)
	switch {
	case errors.Is(err, policy.ErrBusy):
		// An apply that is at work checks the same things itself. One that hangs keeps this program from looking.
		if held := place.HeldFor(); held >= hangs {
			r.die(fmt.Sprintf("an apply that is at work for %d s", held))
		}
		status, said = 0, policy.ErrBusy.Error()
	case err != nil:
		status, said = 1, fmt.Sprintf("no turn to look: %v", err)
	default:
		defer turn.Close()
		r.turn, had = turn, true
		r.checkRoom()
		seen := goesOn(place)
		err := r.see()
		seen()
		status, said = 1, strings.ReplaceAll(err.Error(), "\n", " ")
		var end ended
		if errors.As(err, &end) {
			status = end.status
		}
	}
	if err := note(place, status, said); err != nil {
		r.die(place.Run + " is full")
	}
	return status, said, had
}

var room [1 << 16]byte

// checkRoom writes 64 KiB, more than a look frees, and empties the file at once. So a full disk is seen now, and is not hidden by the page that the last look's note took.
func (r *round) checkRoom() {
	next := filepath.Join(r.place.Run, "round.next")
	if err := os.WriteFile(next, room[:], 0o644); err != nil {
		r.die(r.place.Run + " is full")
	}
	if err := os.Truncate(next, 0); err != nil {
		r.die(r.place.Run + " is full")
	}
}
