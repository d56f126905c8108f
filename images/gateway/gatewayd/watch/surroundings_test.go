package watch

import (
	"net/netip"
	"slices"
	"testing"

	"gatewayd/netlink"
)

func TestDifference(t *testing.T) {
	for name, row := range map[string]struct {
		before, now []string
		said        string
	}{
		"nothing":                             {[]string{"a", "b"}, []string{"a", "b"}, ""},
		"a line more at the end":              {[]string{"a"}, []string{"a", "b"}, "new: b"},
		"a line more in between":              {[]string{"a", "c"}, []string{"a", "b", "c"}, "new: b"},
		"a line less":                         {[]string{"a", "b", "c"}, []string{"a", "c"}, "gone: b"},
		"another line":                        {[]string{"a", "b"}, []string{"a", "c"}, "gone: b"},
		"the same line once more":             {[]string{"a", "b"}, []string{"a", "a", "b"}, "new: a"},
		"the same line once less":             {[]string{"a", "a"}, []string{"a"}, "gone: a"},
		"one more before one less":            {[]string{"a", "c", "d"}, []string{"b", "a", "c"}, "new: b"},
		"another order":                       {[]string{"a", "b"}, []string{"b", "a"}, "new: b"},
		"a link more, and a route that moved": {[]string{"eth0", "lo", "via eth0"}, []string{"eth0", "eth1", "lo", "via eth1"}, "new: eth1"},
		"everything":                          {[]string{"a"}, nil, "gone: a"},
		"all of it":                           {nil, []string{"a"}, "new: a"},
	} {
		t.Run(name, func(t *testing.T) {
			if said := difference(row.before, row.now, "gone: ", "new: "); said != row.said {
				t.Errorf("%q", said)
			}
		})
	}
}

const rules = `table ip nat {
	chain OUTPUT {
		type nat hook output priority dstnat; policy accept;
	}
}
table inet gateway {
	chain input {
		type filter hook input priority filter; policy drop;
	}
	chain output {
		type filter hook output priority filter; policy drop;
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}
table ip other {
}
`

func TestOurs(t *testing.T) {
	table, others := ours(rules)
	if lines := split(table); lines[0] != "table inet gateway {" || lines[len(lines)-1] != "}" || len(lines) != 11 {
		t.Error(table)
	}
	if lines := split(others); !slices.Equal([]string{lines[0], lines[5], lines[6]}, []string{"table ip nat {", "table ip other {", "}"}) || len(lines) != 7 {
		t.Error(others)
	}
	if table, others := ours(""); table != "" || others != "" {
		t.Error(table, others)
	}
}

func TestIsVips(t *testing.T) {
	for line, want := range map[string]bool{
		"local 10.0.0.128/25 dev eth1 table local scope host src 10.0.0.2 ": true,
		"local 10.0.0.128/25 dev eth1":                                      true,
		"local 10.0.0.128/25 dev eth0 table local":                          false,
		"local 10.0.0.128/24 dev eth1 table local":                          false,
		"local 10.0.0.2 dev eth1 table local":                               false,
		"10.0.0.128/25 dev eth1":                                            false,
		"local x10.0.0.128/25 dev eth1 ":                                    false,
		"local 10.0.0.128/25 dev eth11 ":                                    false,
		"":                                                                  false,
	} {
		if isVips(line, "eth1") != want {
			t.Errorf("%q: %v", line, !want)
		}
	}
}

func TestCounted(t *testing.T) {
	at := netip.MustParseAddrPort
	said := counted([]netlink.Listener{
		{Kind: "tcp", At: at("0.0.0.0:443")},
		{Kind: "tcp", At: at("0.0.0.0:443")},
		{Kind: "udp", At: at("10.0.0.2:53")},
		{Kind: "udp", At: at("0.0.0.0:40123")},
		{Kind: "udp", At: at("127.0.0.1:5353")},
		{Kind: "udp", At: at("127.0.0.11:53")},
		{Kind: "tcp", At: at("127.0.0.11:40000")},
		{Kind: "tcp", At: at("127.0.0.11:40001"), Device: 1},
		{Kind: "tcp", At: at("[::]:80")},
	})
	want := []string{
		"tcp 0.0.0.0:443", "tcp 0.0.0.0:443", "tcp 127.0.0.11:40001 of interface 1", "tcp [::]:80", "udp 10.0.0.2:53", "udp 127.0.0.1:5353",
	}
	if !slices.Equal(said, want) {
		t.Error(said)
	}
}

func TestReadNote(t *testing.T) {
	for text, want := range map[string]bool{
		"100 0 policy abc live\n": true, "100 1 the watchdog was restarted\n": true, "": false, "100": false, "100 0": false, "x 0 policy": false, "100 y policy": false,
	} {
		if _, _, _, ok := readNote(text); ok != want {
			t.Errorf("%q: %v", text, ok)
		}
	}
	if at, status, said, _ := readNote("100 1 shut: no policy yet\n"); at != 100 || status != 1 || said != "shut: no policy yet" {
		t.Error(at, status, said)
	}
}
