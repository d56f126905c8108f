package watch

import (
	"os"
	"path/filepath"
	"testing"

	"gatewayd/policy"
)

// Several note at once how a look ended: one that has its turn, and others that waited in vain for theirs, which is no reason to end the gateway.
func TestNotesAtOnce(t *testing.T) {
	place := policy.Place{Run: t.TempDir()}
	ended := make(chan error)
	for range 3 {
		go func() {
			for range 300 {
				if err := note(place, 0, "policy live"); err != nil {
					ended <- err
					return
				}
			}
			ended <- nil
		}()
	}
	for range 3 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(place.Run, "round"))
	if _, status, said, ok := readNote(string(text)); err != nil || status != 0 || said != "policy live" || !ok {
		t.Errorf("%q %v", text, err)
	}
}
