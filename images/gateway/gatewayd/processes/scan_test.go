package processes

import (
	"fmt"
	"reflect"
	"testing"
)

func TestRead(t *testing.T) {
	for text, want := range map[string]Process{
		"12 (haproxy) S 3 12 1 0 -1":     {12, 3, 'S', "haproxy"},
		"9 (a) b) (c) T 1 9 1":           {9, 1, 'T', "a) b) (c"},
		"7 (with\nend of line) Z 1 9 1 ": {7, 1, 'Z', "with\nend of line"},
		"3 () S 0 3":                     {3, 0, 'S', ""},
		"":                               {},
		"nothing":                        {},
		"5 (cut off":                     {},
		"5 (cut) S":                      {},
		"x (word) S 1":                   {},
	} {
		if process, ok := read(text); ok != (want != Process{}) || ok && process != want {
			t.Errorf("%q: %v, %v", text, process, ok)
		}
	}
}

func TestStrays(t *testing.T) {
	table := []Process{
		{1, 0, 'S', "s6-svscan"},
		{2, 1, 'S', "s6-supervise"},
		{3, 2, 'S', "haproxy"},
		{4, 3, 'T', "haproxy"},
		{5, 1, 'S', "dnsmasq"},
		{6, 1, 'Z', "dnsmasq"},
		{7, 2, 'Z', "bash"},
		// The operator's: the engine's exec.
		{20, 0, 'T', "bash"},
		{21, 20, 'S', "nft"},
	}
	var said []string
	for _, stray := range Strays(Kept(table)) {
		said = append(said, fmt.Sprint(stray.How, " ", stray.Pid, " ", stray.Name))
	}
	if want := []string{"stopped 4 haproxy", "orphan 5 dnsmasq"}; !reflect.DeepEqual(said, want) {
		t.Error(said)
	}
}

// The table is read while processes end and their numbers are given anew, so it may say of two that each is the other's parent: that has an end, too.
func TestKeptOfACircle(t *testing.T) {
	if kept := Kept([]Process{{1, 0, 'S', "s6-svscan"}, {10, 20, 'S', "a"}, {20, 10, 'S', "b"}, {30, 30, 'S', "c"}}); len(kept) > 0 {
		t.Error(kept)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("12 (haproxy) S 3 12 1 0 -1")
	f.Add("9 (a) b) (c) T 1 9 1")
	f.Add(")(")
	f.Fuzz(func(t *testing.T, text string) { read(text) })
}
