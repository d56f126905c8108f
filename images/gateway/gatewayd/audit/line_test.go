package audit

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"gatewayd/contract"
)

// The corpus is read by the planner's side as well (gateway/gatewayd-contract.test.ts), which wants the same of each line.
func TestWrite(t *testing.T) {
	text, err := os.ReadFile("testdata/lines.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Given contract.Line
		Line  string
	}
	if err := json.Unmarshal(text, &rows); err != nil || len(rows) == 0 {
		t.Fatal(len(rows), err)
	}
	at := time.Date(2026, 11, 29, 9, 5, 6, 7_999_999, time.UTC)
	for _, row := range rows {
		if said := string(Write(row.Given, at)); said != row.Line+"\n" {
			t.Errorf("%s, and not %s", said, row.Line)
		}
	}
}

func TestOfCommit(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	for said, want := range map[string]contract.Line{
		commit:                  {Kind: "policy", Commit: commit},
		commit + " dirty":       {Kind: "policy", Commit: commit, Dirty: true},
		commit + commit[:24]:    {Kind: "policy", Commit: commit + commit[:24]},
		"":                      {Kind: "policy"},
		"main":                  {Kind: "policy"},
		commit + "\nx":          {Kind: "policy"},
		commit + "\n":           {Kind: "policy"},
		commit + " dirty dirty": {Kind: "policy"},
	} {
		if line := ofCommit(contract.Line{Kind: "policy"}, said); line != want {
			t.Errorf("%q: %+v", said, line)
		}
	}
	if line := ofCommit(contract.Line{Kind: "drift"}, commit); line.Commit != "" {
		t.Errorf("%+v", line)
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
