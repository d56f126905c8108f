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
	return m.check(workers)
}

// CheckAndCut does both, and asks once for the workers.
func (m Master) CheckAndCut() error {
	workers, err := m.Workers()
	if err == nil {
		err = m.check(workers)
	}
	if err == nil {
		_, err = m.cut(workers)
	}
	return err
}

func (m Master) check(workers Workers) error {
	if len(workers.Current) != 1 {
		return fmt.Errorf("%d current workers", len(workers.Current))
	}
	loaded, err := m.loaded(workers.Current[0])
	if err != nil {
		return err
	}
	for _, one := range loaded {
		text, err := os.ReadFile(filepath.Join(m.Live, one.name))
		if err != nil {
			return err
		}
		if !same(one.said, string(text)) {
			return fmt.Errorf("%s is not what the policy says", one.name)
		}
	}
	return nil
}

// loadedMap is a map in a worker's memory: its number, its file's name, and what the worker says of its entries.
type loadedMap struct{ number, name, said string }

// loaded are all maps of a worker. It has some.
func (m Master) loaded(worker int) ([]loadedMap, error) {
	list, err := m.ask(worker, "show map")
	if err != nil {
		return nil, err
	}
	var all []loadedMap
	for _, found := range mapOf.FindAllStringSubmatch(list, -1) {
		said, err := m.ask(worker, "show map #"+found[1])
		if err != nil {
			return nil, err
		}
		all = append(all, loadedMap{found[1], filepath.Base(found[2]), said})
	}
	if len(all) == 0 {
		return nil, errors.New("the worker does not answer")
	}
	return all, nil
}

// same is whether a worker has the entries of a file. It says them in the file's order, unless somebody changed one and changed it back.
func same(said, text string) bool {
	memory, file := inMemory(said), inFile(text)
	if slices.Equal(memory, file) {
		return true
	}
	slices.Sort(memory)
	slices.Sort(file)
	return slices.Equal(memory, file)
}

// inMemory are the entries of a map as a worker says them, each with its address before it.
func inMemory(said string) []string {
	var entries []string
	for line := range strings.SplitSeq(said, "\n") {
		if strings.TrimSpace(line) != "" {
			entries = append(entries, withoutAddress(line))
		}
	}
	return entries
}

// withoutAddress leaves out the 0x… before an entry.
func withoutAddress(line string) string {
	digits, ok := strings.CutPrefix(line, "0x")
	rest := strings.TrimLeft(digits, "0123456789abcdef")
	if entry, spaced := strings.CutPrefix(rest, " "); ok && spaced && len(rest) < len(digits) {
		return entry
	}
	return line
}

// inFile are the entries of a map's file, as haproxy reads them.
func inFile(text string) []string {
	var entries []string
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || strings.ContainsAny(line[:1], "# \t\r\v\f") {
			continue
		}
		entries = append(entries, oneSpace(strings.TrimRight(line, " \t\r\v\f")))
	}
	return entries
}

// oneSpace has one space between a key and its value. Most lines have one, and are not copied.
func oneSpace(line string) string {
	const spaces = " \t\r\f"
	at := strings.IndexAny(line, spaces)
	if at < 0 {
		return line
	}
	value := strings.TrimLeft(line[at:], spaces)
	if line[at] == ' ' && len(value) == len(line)-at-1 {
		return line
	}
	return line[:at] + " " + value
}
