package plain

import "testing"

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		" ~ as it is":                          " ~ as it is",
		"orphan process a\nb\x1b[2J\x7f\xff €": "orphan process a?b?[2J?? ?",
		"\u202egnp.exe":                        "?gnp.exe",
	} {
		if said := Text(text); said != want {
			t.Errorf("%q: %q", text, said)
		}
	}
}
