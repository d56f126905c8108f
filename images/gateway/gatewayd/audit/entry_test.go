package audit

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gatewayd/contract"
)

const whole = `{"time":"2026-11-29T09:00:00.000Z","client":"acme","kind":"tls","name":"a.test","address":"1.2.3.4","port":443,"verdict":"deny","reason":"domain","up":3,"down":4,"ms":-1}`

func TestReadEntry(t *testing.T) {
	commit := strings.Repeat("0a", 20)
	for text, want := range map[string]int{
		whole: wholeEntry,
		strings.TrimSuffix(whole, "}") + `,"count":7}`:                               wholeEntry,
		strings.TrimSuffix(whole, "}") + `,"commit":"` + commit + `"}`:               wholeEntry,
		strings.TrimSuffix(whole, "}") + `,"commit":"` + commit + `","dirty":true}`:  wholeEntry,
		strings.TrimSuffix(whole, "}") + `,"commit":"` + commit + `","dirty":false}`: cutEntry,
		strings.TrimSuffix(whole, "}") + `,"commit":"main"}`:                         cutEntry,
		strings.TrimSuffix(whole, "}") + `,"probe":true}`:                            cutEntry,
		strings.TrimSuffix(whole, "}"):                                               cutEntry,
		whole + whole:                                                                cutEntry,
		strings.Replace(whole, `"port":443`, `"port":99999999999999999999`, 1):       cutEntry,
		strings.Replace(whole, `a.test`, `a\`, 1):                                    cutEntry,
		strings.Replace(whole, `a.test`, `a\",\"kind\":\"drift`, 1):                  wholeEntry,
		strings.Replace(whole, `a.test`, strings.Repeat("a", 5000), 1):               cutEntry,
		whole[:60]:              noEntry,
		`{"kind":"tls"}`:        noEntry,
		`[NOTICE] haproxy says`: noEntry,
		`x` + whole:             noEntry,
		strings.Replace(whole, `"tls"`, `"TLS"`, 1): noEntry,
		"": noEntry,
	} {
		if _, state := readEntry([]byte(text)); state != want {
			t.Errorf("%s: %d, and not %d", text, state, want)
		}
	}
	found, _ := readEntry([]byte(whole))
	if want := (entry{"2026-11-29T09:00:00.000Z", "tls", "a.test", "1.2.3.4", "deny", "domain", 443, 3, 4}); found != want {
		t.Errorf("%+v", found)
	}
	// No name is another field of its line.
	if found, _ := readEntry([]byte(strings.Replace(whole, `a.test`, `a\",\"kind\":\"drift`, 1))); found.kind != "tls" || found.name != `a\",\"kind\":\"drift` {
		t.Errorf("%+v", found)
	}
}

// Whatever a program of ours writes is a whole line, and reads as it was written.
func FuzzReadEntry(f *testing.F) {
	f.Add("a.test", "domain", []byte(whole))
	f.Add(`x","name":"y`, `\`, []byte(whole[:100]))
	f.Add("\x00\n\xff", "€", []byte(`{"time":"","client":"","kind":"a",`))
	f.Fuzz(func(t *testing.T, name, reason string, text []byte) {
		readEntry(text)
		line := Write(contract.Line{Client: "acme", Kind: "drift", Name: name, Verdict: "deny", Reason: reason, Count: len(text)}, time.Unix(0, 0))
		found, state := readEntry(line[:len(line)-1])
		var said contract.Line
		if err := json.Unmarshal(line, &said); err != nil || state != wholeEntry || found.kind != "drift" {
			t.Fatalf("%d %v: %s", state, err, line)
		}
		var read string
		if err := json.Unmarshal([]byte(`"`+found.name+`"`), &read); err != nil || read != said.Name {
			t.Errorf("%q, and not %q", read, said.Name)
		}
	})
}

// Lines are the same in whatever pieces they come, and none has a part of one that was too long.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\n\nc"), 1)
	f.Add([]byte(strings.Repeat("x", 5000)+"forged\ngood\n"), 4096)
	f.Add([]byte(strings.Repeat("x", 4096)+"\n"+strings.Repeat("y", 4097)+"\n"), 7)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		read := func(size int) (found []string, lost int) {
			var lines lines
			for at := 0; at < len(text); at += size {
				lines.take(text[at:min(len(text), at+size)], func(line []byte) { found = append(found, string(line)) }, func() { lost++ })
				if len(lines.begun) > contract.AuditLineBytes {
					t.Fatal("it holds more than a line")
				}
			}
			return found, lost
		}
		all, lost := read(max(1, len(text)))
		pieces, lostToo := read(1 + size&0xfff)
		if strings.Join(all, "\n") != strings.Join(pieces, "\n") || len(all) != len(pieces) || lost != lostToo {
			t.Errorf("%d lines and %d lost, and %d and %d", len(all), lost, len(pieces), lostToo)
		}
		want := strings.Split(string(text), "\n")
		at := 0
		for _, line := range want[:len(want)-1] {
			if len(line) > contract.AuditLineBytes {
				continue
			}
			if at == len(all) || all[at] != line {
				t.Fatalf("line %d is not %q", at, line)
			}
			at++
		}
		if at != len(all) {
			t.Errorf("%d lines, and not %d", len(all), at)
		}
	})
}
