package lock

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gatewayd/netlink"
)

var acme = Client{Table: "agent-sandbox-acme", Bridge: "asb-0"}

const without = `add table inet agent-sandbox-acme
delete table inet agent-sandbox-acme
add table netdev agent-sandbox-acme
delete table netdev agent-sandbox-acme
table inet agent-sandbox-acme {
  chain input { type filter hook input priority raw; policy accept; iifname "asb-0" drop; }
  chain forward { type filter hook forward priority raw; policy accept; iifname "asb-0" oifname != "asb-0" drop; }
}
`

const frames = `table netdev agent-sandbox-acme {
  chain ingress {
    type filter hook ingress devices = { "asb-0", "veth1" } priority -500; policy accept;
    iifname "asb-0" drop
    ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 drop
  }
}
`

func TestRules(t *testing.T) {
	if text := acme.rules(nil); text != without {
		t.Error(text)
	}
	if text := acme.rules([]string{"asb-0", "veth1"}); text != without+frames {
		t.Error(text)
	}
}

func TestValid(t *testing.T) {
	for client, want := range map[Client]bool{
		acme:                             true,
		{Table: "agent-sandbox-a.b_c"}:   true,
		{Table: "t", Bridge: "asb-0 "}:   false,
		{Table: "t", Bridge: `a"; drop`}: false,
		{Table: "t;", Bridge: "asb-0"}:   false,
		{Table: "t\n", Bridge: "asb-0"}:  false,
		{Table: "", Bridge: "asb-0"}:     false,
		{Table: "t", Bridge: "asb-0*"}:   false,
		{"t", "asb-0123456789ab"}:        false,
		{"t", "asb-0123456789a"}:         true,
	} {
		if (client.valid() == nil) != want {
			t.Errorf("%+v", client)
		}
	}
}

func TestUnquotable(t *testing.T) {
	for name, want := range map[string]bool{
		"veth1a2b3c4": false, "eth0.5": false, "input": false, "": true, `v"`: true, "v*": true, "v\\": true, "v\n": true, "$v": true, "v}": true, "\xff": true,
	} {
		if unquotable(name) != want {
			t.Errorf("%q", name)
		}
	}
}

func TestSaid(t *testing.T) {
	if said := acme.said(nil); said != "asb-0, which is not there yet" {
		t.Error(said)
	}
	if said := acme.said([]string{"asb-0", "veth1"}); said != "asb-0 veth1" {
		t.Error(said)
	}
}

// p, q and f are digests of some rules, and n of none.
var p, q, f, n = netlink.Digest{1}, netlink.Digest{2}, netlink.Digest{3}, netlink.Digest{}

func TestWhole(t *testing.T) {
	for name, row := range map[string]struct {
		state state
		want  bool
	}{
		"nothing":                {state{}, false},
		"before the bridge":      {state{packets: p}, true},
		"with a bridge":          {state{[]string{"asb-0"}, p, f}, true},
		"frames let through":     {state{[]string{"asb-0"}, p, n}, false},
		"packets let through":    {state{[]string{"asb-0"}, n, f}, false},
		"packets, and no bridge": {state{nil, n, f}, false},
	} {
		if row.state.whole() != row.want {
			t.Error(name)
		}
	}
}

func TestNote(t *testing.T) {
	held := note(t.TempDir() + "/held")
	one := state{[]string{"asb-0"}, p, f}
	if held.says(one) {
		t.Error("without a note")
	}
	if err := held.write(one); err != nil {
		t.Fatal(err)
	}
	if !held.says(one) {
		t.Error("what it noted")
	}
	for _, other := range []state{{[]string{"asb-0", "v"}, p, f}, {[]string{"asb-0"}, q, f}, {[]string{"asb-0"}, f, p}, {[]string{"asb-0"}, p, n}} {
		if held.says(other) {
			t.Errorf("%+v", other)
		}
	}
}

// Each load of its own is told of once; every other change is somebody else's.
func TestHear(t *testing.T) {
	own, part, lost := netlink.Change{By: "nft", Pid: 5}, netlink.Change{}, netlink.Change{Lost: true}
	for name, row := range map[string]struct {
		loads   int
		changes []netlink.Change
		foreign bool
	}{
		"nothing":                    {1, nil, false},
		"its own load":               {1, []netlink.Change{part, part, own, part}, false},
		"two of its own":             {2, []netlink.Change{own, own}, false},
		"its own, and another":       {1, []netlink.Change{part, own, part, own}, true},
		"another's":                  {0, []netlink.Change{own}, true},
		"a link":                     {0, []netlink.Change{part}, false},
		"something that was lost":    {1, []netlink.Change{lost}, true},
		"a link that was lost later": {1, []netlink.Change{own, lost}, true},
	} {
		h := &holder{own: row.loads}
		for _, change := range row.changes {
			h.hear(change)
		}
		if h.foreign != row.foreign {
			t.Error(name)
		}
	}
}

// However often it is told, there are no more looks than this; and each that is asked for comes.
func TestBudget(t *testing.T) {
	now := time.Unix(1000, 0)
	room := budget{left: burst, at: now}
	for at := range burst {
		if wait := room.take(now); wait != 0 {
			t.Fatal(at, wait)
		}
	}
	looks := 0
	for end := now.Add(10 * time.Second); now.Before(end); looks++ {
		wait := room.take(now)
		if wait < 0 || wait > refill {
			t.Fatal(wait)
		}
		now = now.Add(max(wait, together))
	}
	if most := int(10*time.Second/refill) + burst; looks > most {
		t.Errorf("%d looks in ten seconds", looks)
	}
	// A minute later there is room again.
	now = now.Add(time.Minute)
	for range burst {
		if wait := room.take(now); wait != 0 {
			t.Fatal(wait)
		}
	}
}

func TestUsage(t *testing.T) {
	for name, row := range map[string]struct {
		words          []string
		client, bridge string
		status         int
		said           string
	}{
		"another word":     {[]string{"open"}, "acme", "asb-0", 2, "usage: lock [check | remove]"},
		"too many":         {[]string{"check", "remove"}, "acme", "asb-0", 2, "usage: lock [check | remove]"},
		"no client":        {[]string{"remove"}, "", "", 1, "have to be set"},
		"no bridge":        {[]string{"check"}, "acme", "", 1, "have to be set"},
		"a client of text": {[]string{"remove"}, "a; flush ruleset", "", 1, "no client's table"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CLIENT", row.client)
			t.Setenv("BRIDGE", row.bridge)
			var out, wrong bytes.Buffer
			if status := Run(row.words, &out, &wrong); status != row.status || !strings.Contains(wrong.String(), row.said) || out.Len() > 0 {
				t.Errorf("%d %q %q", status, out.String(), wrong.String())
			}
		})
	}
}
