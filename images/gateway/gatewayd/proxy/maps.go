package proxy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var mapOf = regexp.MustCompile(`(?m)^(\d+) \(([^)]+)\)`)

// Check compares the worker's maps with the live policy's files: whoever has the master's socket can change a map in the worker's memory alone. There has to be one
// current worker.
func (m Master) Check() error {
	workers, err := m.Workers()
	if err != nil {
		return err
	}
	if len(workers.Current) != 1 {
		return fmt.Errorf("%d current workers", len(workers.Current))
	}
	worker := workers.Current[0]
	list, err := m.ask(worker, "show map")
	if err != nil {
		return err
	}
	maps := mapOf.FindAllStringSubmatch(list, -1)
	for _, found := range maps {
		name := filepath.Base(found[2])
		said, err := m.ask(worker, "show map #"+found[1])
		if err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(m.Live, name))
		if err != nil {
			return err
		}
		if !slices.Equal(inMemory(said), inFile(string(text))) {
			return fmt.Errorf("%s is not what the policy says", name)
		}
	}
	if len(maps) == 0 {
		return errors.New("the worker does not answer")
	}
	return nil
}

var address = regexp.MustCompile(`^0x[0-9a-f]+ `)

// inMemory are the entries of a map as a worker says them, each with its address before it; sorted.
func inMemory(said string) []string {
	var entries []string
	for line := range strings.SplitSeq(said, "\n") {
		if strings.TrimSpace(line) != "" {
			entries = append(entries, address.ReplaceAllString(line, ""))
		}
	}
	slices.Sort(entries)
	return entries
}

var gap = regexp.MustCompile(`^(\S+)\s+`)

// inFile are the entries of a map's file, as haproxy reads them; sorted.
func inFile(text string) []string {
	var entries []string
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || strings.ContainsAny(line[:1], "# \t\r\v\f") {
			continue
		}
		entries = append(entries, gap.ReplaceAllString(strings.TrimRight(line, " \t\r\v\f"), "$1 "))
	}
	slices.Sort(entries)
	return entries
}
