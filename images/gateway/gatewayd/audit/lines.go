package audit

import (
	"bytes"

	"gatewayd/contract"
)

// lines makes whole lines of what is read, in whatever pieces it comes.
type lines struct {
	begun []byte
	// What is read belongs to a line that was too long.
	skipping bool
}

// take calls each with every line that ends in a piece, without its end. The line is good until each returns. Of a line that is longer than any may be nothing is
// taken up to its end, for its rest would look like a line of its own; tooLong is called in its place.
func (l *lines) take(piece []byte, each func(line []byte), tooLong func()) {
	for {
		text, rest, ended := bytes.Cut(piece, []byte("\n"))
		if !l.skipping && len(l.begun)+len(text) > contract.AuditLineBytes {
			l.skipping, l.begun = true, l.begun[:0]
			tooLong()
		}
		switch {
		case l.skipping:
			l.skipping = !ended
		case ended && len(l.begun) == 0:
			each(text)
		case ended:
			each(append(l.begun, text...))
			l.begun = l.begun[:0]
		default:
			l.begun = append(l.begun, text...)
		}
		if !ended {
			return
		}
		piece = rest
	}
}

// between is whether the last line has ended.
func (l *lines) between() bool { return len(l.begun) == 0 && !l.skipping }
