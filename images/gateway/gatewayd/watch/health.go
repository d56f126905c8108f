package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
	tell(contract.Line{Kind: "drift", Name: fmt.Sprintf("the watchdog made no round for %d s", age), Verdict: "deny", Reason: "restarted"})
	const restarted = "the watchdog was restarted"
	// The next look takes a moment: until then this is its note.
	if err := os.WriteFile(filepath.Join(place.Run, "round"), fmt.Appendf(nil, "%d 1 %s\n", up, restarted), 0o644); err != nil {
		return 1, err.Error()
	}
	return 1, restarted
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

// Surroundings says what the engine gave this namespace now.
func Surroundings() (string, error) {
	r := &round{place: policy.Here}
	rules, err := r.allRules()
	if err != nil {
		return "", err
	}
	return r.surroundings(rules)
}
