package proxy

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestSame(t *testing.T) {
	for name, row := range map[string]struct {
		said, text string
		want       bool
	}{
		"nothing":               {"", "", true},
		"another order":         {"0x1 a 1\n0x2 b 2\n", "b 2\na 1\n", true},
		"one of two twice":      {"0x1 a 1\n0x2 a 1\n", "a 1\nb 2\n", false},
		"comments and gaps":     {"0x1 a 1\n\n", "# a\n\n  b 2\na\t  1  \n", true},
		"another value":         {"0x1 a 1\n", "a 2\n", false},
		"a value with two gaps": {"0x1 a 1  2\n", "a 1  2\n", true},
		"a key alone":           {"0x1 a\n", "a\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			if same(row.said, row.text) != row.want {
				t.Error(!row.want)
			}
		})
	}
}

var (
	address = regexp.MustCompile(`^0x[0-9a-f]+ `)
	gap     = regexp.MustCompile(`^(\S+)\s+`)
)

// FuzzEntry compares how entries are read with what they are in words of regular expressions, which take 20 times as long.
func FuzzEntry(f *testing.F) {
	for _, line := range []string{"0x55d a.example 10.0.0.1:443", "0x a", "0xg a", "a  b", "a\tb", "a \vb", "a", "", "0x1", "a b ", "x\u00a0y z"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "\n") {
			return
		}
		if said, want := withoutAddress(line), address.ReplaceAllString(line, ""); said != want {
			t.Errorf("%q: %q and not %q", line, said, want)
		}
		// As inFile hands it over.
		if line = strings.TrimRight(line, " \t\r\v\f"); line == "" || strings.ContainsAny(line[:1], "# \t\r\v\f") {
			return
		}
		if said, want := oneSpace(line), gap.ReplaceAllString(line, "$1 "); said != want {
			t.Errorf("%q: %q and not %q", line, said, want)
		}
	})
}

func BenchmarkSame(b *testing.B) {
	var said, text strings.Builder
	for at := range 10000 {
		fmt.Fprintf(&said, "0x55d%08x name%d.example 10.0.0.129:443\n", at, at)
		fmt.Fprintf(&text, "name%d.example 10.0.0.129:443\n", at)
	}
	for b.Loop() {
		if !same(said.String(), text.String()) {
			b.Fatal("it is another")
		}
	}
}
