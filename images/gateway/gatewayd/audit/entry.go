package audit

import (
	"bytes"
	"strconv"

	"gatewayd/contract"
)

// entry is what the writer has to know of a line. Texts are as they stand in it, with their escapes.
type entry struct {
	time, kind, name, address, verdict, reason string
	port, up, down                             int
}

// The three things that a text can be.
const (
	noEntry = iota
	// It begins as a line, and is none to its end: it was cut off.
	cutEntry
	wholeEntry
)

// readEntry reads a line that a program of the gateway sent. Its fields have one order, so none is looked for in what another one says.
func readEntry(line []byte) (found entry, state int) {
	rest := scanner{text: line, ok: true}
	found.time = rest.quoted(`{"time":`)
	rest.quoted(`,"client":`)
	found.kind = rest.quoted(`,"kind":`)
	rest.skip(`,`)
	if !rest.ok || !only(found.kind, "abcdefghijklmnopqrstuvwxyz") || found.kind == "" {
		return entry{}, noEntry
	}
	found.name = rest.quoted(`"name":`)
	found.address = rest.quoted(`,"address":`)
	found.port = rest.number(`,"port":`)
	found.verdict = rest.quoted(`,"verdict":`)
	found.reason = rest.quoted(`,"reason":`)
	found.up = rest.number(`,"up":`)
	found.down = rest.number(`,"down":`)
	rest.skip(`,"ms":`)
	rest.text = bytes.TrimPrefix(rest.text, []byte("-"))
	rest.number("")
	if rest.has(`,"count":`) {
		rest.number(`,"count":`)
	}
	if rest.has(`,"commit":`) {
		if commit := rest.quoted(`,"commit":`); len(commit) < 40 || len(commit) > 64 || !only(commit, "0123456789abcdef") {
			return entry{}, cutEntry
		}
		if rest.has(`,"dirty":true`) {
			rest.skip(`,"dirty":true`)
		}
	}
	rest.skip(`}`)
	if !rest.ok || len(rest.text) > 0 || len(line) > contract.AuditLineBytes {
		return entry{}, cutEntry
	}
	return found, wholeEntry
}

// scanner takes a line apart from its start. Once it met something else it is not ok, and finds nothing more.
type scanner struct {
	text []byte
	ok   bool
}

func (s *scanner) has(text string) bool { return s.ok && bytes.HasPrefix(s.text, []byte(text)) }

func (s *scanner) skip(text string) {
	if s.ok = s.has(text); s.ok {
		s.text = s.text[len(text):]
	}
}

// quoted takes a key, and the text in quotation marks that follows it.
func (s *scanner) quoted(key string) string {
	s.skip(key + `"`)
	for at := 0; s.ok && at < len(s.text); at++ {
		switch s.text[at] {
		case '\\':
			at++
		case '"':
			found := string(s.text[:at])
			s.text = s.text[at+1:]
			return found
		}
	}
	s.ok = false
	return ""
}

// number takes a key, and the digits that follow it.
func (s *scanner) number(key string) int {
	s.skip(key)
	end := 0
	for end < len(s.text) && '0' <= s.text[end] && s.text[end] <= '9' {
		end++
	}
	number, err := strconv.Atoi(string(s.text[:end]))
	s.ok = s.ok && err == nil
	s.text = s.text[end:]
	return number
}

// only is whether a text has no other letters than these.
func only(text, letters string) bool {
	for at := range len(text) {
		if !bytes.ContainsRune([]byte(letters), rune(text[at])) {
			return false
		}
	}
	return true
}
