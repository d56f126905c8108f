package watch

import (
	"testing"
	"time"

	"gatewayd/netlink"
)

func TestDue(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }
	for name, row := range map[string]struct {
		well, deaf  bool
		slow, grant time.Time
		want        int
	}{
		"well":                                {well: true, slow: at(50), want: 10},
		"well, and everything is due":         {well: true, slow: at(4), want: 4},
		"not well":                            {slow: at(4), want: 5},
		"told of nothing":                     {well: true, deaf: true, slow: at(50), want: 5},
		"a grant ends":                        {well: true, slow: at(50), grant: at(3), want: 3},
		"a grant ended while it looked":       {well: true, slow: at(50), grant: at(-1), want: -1},
		"a grant ends later":                  {well: true, slow: at(50), grant: at(11), want: 10},
		"not well, and a grant could not end": {slow: at(50), grant: at(-9), want: 5},
		"told of nothing, and a grant ends":   {well: true, deaf: true, slow: at(50), grant: at(2), want: 2},
		"not well, and a grant ends":          {slow: at(50), grant: at(2), want: 2},
	} {
		if due := due(now, row.well, row.deaf, row.slow, row.grant); !due.Equal(at(row.want)) {
			t.Errorf("%s: in %s, not %d s", name, due.Sub(now), row.want)
		}
	}
}

// What comes in pieces is one look's, and who did it is known afterwards.
func TestGather(t *testing.T) {
	changes, written, known := make(chan netlink.Change, 9), make(chan struct{}, 1), &known{}
	for range 4 {
		changes <- netlink.Change{}
	}
	changes <- netlink.Change{Rules: true, By: "nft", Pid: 7}
	changes <- netlink.Change{}
	written <- struct{}{}
	gather(changes, written, known)
	if len(changes) > 0 || len(written) > 0 || known.by != "nft (process 7 of the machine)" {
		t.Error(len(changes), len(written), known.by)
	}
}
