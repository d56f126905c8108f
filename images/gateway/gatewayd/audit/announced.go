package audit

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gatewayd/policy"
)

// announced are the probes of the product's own that were told of (announce). Only the gateway's root can write that list.
type announced struct {
	path  string
	file  os.FileInfo
	until float64
	count map[string]int
}

func inRun(folder string) *announced { return &announced{path: filepath.Join(folder, "announced")} }

// causes is whether an announced probe caused this line: as often as it was announced, and until its time is over.
func (a *announced) causes(of entry) bool {
	file, err := os.Stat(a.path)
	if err != nil {
		return false
	}
	if a.file == nil || !os.SameFile(file, a.file) || !file.ModTime().Equal(a.file.ModTime()) {
		text, err := os.ReadFile(a.path)
		if err != nil {
			return false
		}
		a.file = file
		a.until, a.count = readAnnounced(string(text))
	}
	name := of.name
	if name == "" {
		name = "-"
	}
	if !only(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") {
		return false
	}
	key := of.kind + " " + name + " " + strconv.Itoa(of.port)
	if a.count[key] == 0 {
		return false
	}
	if now, err := policy.Uptime(); err != nil || float64(now) > a.until {
		return false
	}
	a.count[key]--
	return true
}

// readAnnounced reads the list: the uptime until which it holds, and a line for each probe.
func readAnnounced(text string) (until float64, count map[string]int) {
	first, rest, _ := strings.Cut(text, "\n")
	until, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0, nil
	}
	count = map[string]int{}
	for line := range strings.Lines(rest) {
		count[strings.TrimSuffix(line, "\n")]++
	}
	return until, count
}

// mark says in a line that a probe caused it.
func mark(line []byte) []byte { return append(line[:len(line)-1:len(line)-1], `,"probe":true}`...) }
