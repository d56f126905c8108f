package watch

import "testing"

func TestJumped(t *testing.T) {
	for seconds, want := range map[int64]bool{0: false, 10: false, -10: false, 11: true, -11: true, -86400: true} {
		if jumped(seconds) != want {
			t.Errorf("%d s: %v", seconds, !want)
		}
	}
}
