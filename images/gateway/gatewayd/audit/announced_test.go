package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatewayd/contract"
	"gatewayd/policy"
)

// announce tells a writer of probes whose time is over in so many seconds.
func (w *writer) announce(t *testing.T, seconds int64, probes ...string) {
	t.Helper()
	now, err := policy.Uptime()
	if err != nil {
		t.Fatal(err)
	}
	// Told as `announce` tells: another file in its place.
	next := w.announced.path + ".next"
	if err := os.WriteFile(next, []byte(fmt.Sprintf("%d\n%s\n", now+seconds, strings.Join(probes, "\n"))), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, w.announced.path); err != nil {
		t.Fatal(err)
	}
}

// refusedLine is a line of the proxy's of something that was refused.
func refusedLine(kind, name string, port int) []byte {
	return fmt.Appendf(nil, `{"time":"2026-11-29T09:00:00.000Z","client":"acme","kind":"%s","name":"%s","address":"","port":%d,"verdict":"deny","reason":"domain","up":0,"down":0,"ms":0}`, kind, name, port)
}

// marked are the lines that say that a probe caused them, in the order of all.
func marked(text string) (found []bool) {
	for line := range strings.Lines(text) {
		found = append(found, strings.HasSuffix(line, `,"probe":true}`+"\n"))
	}
	return found
}

var probes = []string{"dns unlisted.invalid 53", "tls unlisted.invalid 443", "kernel - 5353"}

func (w *writer) takeProbes() {
	w.take(refusedLine("dns", "unlisted.invalid", 53))
	w.take(refusedLine("tls", "unlisted.invalid", 443))
	w.take(refusedLine("kernel", "", 5353))
}

// As many lines are marked as there are probes: whoever copies one has a line that is not.
func TestAnnouncedAreMarkedOnce(t *testing.T) {
	w, said := written(t, 0)
	w.announce(t, 30, probes...)
	w.takeProbes()
	w.takeProbes()
	w.take(refusedLine("tls", "evil.test", 443))
	if found := marked(said()); !slices.Equal(found, []bool{true, true, true, false, false, false, false}) {
		t.Error(found)
	}
}

func TestNothingElseIsMarked(t *testing.T) {
	w, said := written(t, 0)
	w.announce(t, -1, probes...)
	w.takeProbes()
	w.announce(t, 30, probes...)
	// Names that only look like it.
	w.take(refusedLine("dns", `x\",\"name\":\"unlisted.invalid`, 53))
	w.take(refusedLine("tls", "a.unlisted.invalid", 443))
	if found := marked(said()); !slices.Equal(found, make([]bool, 5)) {
		t.Error(found)
	}
}

// What the product's own probes caused is no refusal that an agent is told.
func TestAnnouncedAreNotTheAgents(t *testing.T) {
	w, _ := written(t, 0)
	w.announce(t, 30, "tls probe.test 443")
	w.take(refusedLine("tls", "probe.test", 443))
	w.take(refusedLine("tls", "own.test", 443))
	w.flush()
	text, err := os.ReadFile(filepath.Join(w.refused.folder, contract.RefusalsFile))
	if err != nil || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), `"name":"own.test"`) {
		t.Errorf("%v: %s", err, text)
	}
}
