package audit

import (
	"slices"
	"strings"
	"testing"
)

func TestHear(t *testing.T) {
	words := strings.Fields("s6-setuidgid gw-log audit /a /r dns:3 packets:{}")
	if said := hearing(words, 7); !slices.Equal(said, strings.Fields("s6-setuidgid gw-log audit /a /r dns:3 packets:7")) {
		t.Error(said)
	}
	if said := deaf(words); !slices.Equal(said, strings.Fields("s6-setuidgid gw-log audit /a /r dns:3")) {
		t.Error(said)
	}
	for _, words := range [][]string{nil, {"audit"}} {
		if err := Hear(words); err == nil || !strings.HasPrefix(err.Error(), "usage: ") {
			t.Error(words, err)
		}
	}
}
