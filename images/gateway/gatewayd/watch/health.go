package watch

import (
	"fmt"
	"os"
	"path/filepath"

	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/policy"
)

// stale is after how many seconds without a look the watchdog is started anew.
const stale = 25

// Health says what the last look saw. A watchdog whose last look is too old is restarted.
func Health() (int, string) {
	place := policy.Here
	text, err := os.ReadFile(filepath.Join(place.Run, "round"))
	at, status, said, ok := readNote(string(text))
	up, upErr := policy.Uptime()
	if err != nil || !ok || upErr != nil {
		return 1, "the watchdog has made no round yet"
	}
	age := up - at
	if age <= stale {
		return status, said
	}
	r := &round{place: place}
	if err := r.services().Kill("watchdog"); err != nil {
		return 1, fmt.Sprintf("the watchdog made no round for %d s, and cannot be restarted: %v", age, err)
	}
	audit.Tell(contract.Line{Kind: "drift", Name: fmt.Sprintf("the watchdog made no round for %d s", age), Verdict: "deny", Reason: "restarted"})
	const restarted = "the watchdog was restarted"
	// The next look takes a moment: until then this is its note.
	if err := os.WriteFile(filepath.Join(place.Run, "round"), fmt.Appendf(nil, "%d 1 %s\n", up, restarted), 0o644); err != nil {
		return 1, err.Error()
	}
	return 1, restarted
}
