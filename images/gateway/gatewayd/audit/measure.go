package audit

import (
	"time"

	"gatewayd/contract"
)

// leftOut is the reason of a line that stands for many.
const leftOut = "left-out"

// bucket lets through `most` at once, and then `rate` a second.
type bucket struct {
	most, rate, tokens float64
	at                 time.Time
}

func full(most, rate float64) bucket { return bucket{most: most, rate: rate, tokens: most} }

// refill gives what has come since. Times have a monotonic reading, so a clock that is set gives nothing, and takes nothing away.
func (b *bucket) refill(now time.Time) {
	if passed := now.Sub(b.at); !b.at.IsZero() && passed > 0 {
		b.tokens = min(b.most, b.tokens+passed.Seconds()*b.rate)
	}
	b.at = now
}

func (b *bucket) take() bool {
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// sum is what lines that were left out amount to.
type sum struct{ count, up, down int }

// measure says which connections of a verdict get a line of their own, and counts all others by their kind.
type measure struct {
	bucket
	verdict string
	left    map[string]sum
}

func (m *measure) lets(of entry) bool {
	if m.take() {
		return true
	}
	before := m.left[of.kind]
	m.left[of.kind] = sum{before.count + 1, before.up + of.up, before.down + of.down}
	return false
}

// told are the lines about what was left out, as many as there is room for.
func (m *measure) told() (lines []contract.Line) {
	for _, kind := range contract.KindsConnections {
		of, there := m.left[kind]
		if !there || !m.take() {
			continue
		}
		delete(m.left, kind)
		lines = append(lines, contract.Line{Kind: kind, Verdict: m.verdict, Reason: leftOut, Up: of.up, Down: of.down, Count: of.count})
	}
	return lines
}

// sparing lets through refusals that cost the agent one packet each: 20 lines a second after a burst of 200. How many it left out it says before the next one.
type sparing struct {
	bucket
	left int
}

func (s *sparing) told(line contract.Line, now time.Time) []contract.Line {
	s.refill(now)
	if !s.take() {
		s.left++
		return nil
	}
	lines := []contract.Line{line}
	if s.left > 0 {
		lines = []contract.Line{{Kind: line.Kind, Verdict: "deny", Reason: leftOut, Count: s.left}, line}
		s.left = 0
	}
	return lines
}
