package audit

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gatewayd/contract"
)

func TestWrite(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 5, 6, 7_999_999, time.UTC)
	line := contract.Line{Client: "acme", Kind: "drift", Name: `a "name" <&> \`, Verdict: "deny", Reason: "restarted"}
	want := `{"time":"2026-11-29T09:05:06.007Z","client":"acme","kind":"drift","name":"a \"name\" <&> \\","address":"","port":0,"verdict":"deny","reason":"restarted","up":0,"down":0,"ms":0}` + "\n"
	if said := string(Write(line, at)); said != want {
		t.Errorf("%s", said)
	}
	line.Count = 7
	if said := string(Write(line, at)); !strings.HasSuffix(said, `"ms":0,"count":7}`+"\n") {
		t.Errorf("%s", said)
	}
}

// Whatever is in it, a line is one line of JSON that a pipe takes in one piece.
func FuzzWrite(f *testing.F) {
	f.Add("policy", "live")
	f.Add("a\nb\x00\x7f", "\xff\xfe"+strings.Repeat("x", 5000))
	f.Add(strings.Repeat("\x01", 2000), strings.Repeat("€", 2000))
	f.Fuzz(func(t *testing.T, name, reason string) {
		said := Write(contract.Line{Client: "acme", Kind: "drift", Name: name, Verdict: "deny", Reason: reason}, time.Unix(0, 0))
		if len(said) >= contract.AuditLineBytes || strings.Count(string(said), "\n") != 1 {
			t.Errorf("%d bytes: %s", len(said), said)
		}
		var line contract.Line
		if err := json.Unmarshal(said, &line); err != nil {
			t.Error(err)
		}
	})
}
