package proxy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// names is the map that grows: it is asked for a whole name, so the order of its entries says nothing.
const names = "names.map"

// most is how many entries are added one by one, each in a millisecond: for more, a new worker is faster.
const most = 50

// Grow adds to the worker that runs the names that the live policy has more, and is whether the worker has the policy's maps then. A new worker takes 75 ms and leaves an old one
// beside it, and a name more takes neither. Whoever asks knows that the configuration is the one that the worker has read.
// False, and nothing is done, where anything else is different: what a policy has less, connections have to be cut for.
func (m Master) Grow() (bool, error) {
	workers, err := m.Workers()
	if err != nil || len(workers.Current) != 1 {
		return false, err
	}
	worker := workers.Current[0]
	loaded, err := m.loaded(worker)
	if err != nil {
		return false, err
	}
	var added []string
	var into loadedMap
	for _, one := range loaded {
		text, err := os.ReadFile(filepath.Join(m.Live, one.name))
		if err != nil {
			return false, err
		}
		if same(one.said, string(text)) {
			continue
		}
		below, err := os.ReadFile(filepath.Join(m.Live, "below.map"))
		if err != nil {
			return false, err
		}
		more, ok := more(inMemory(one.said), inFile(string(text)), inFile(string(below)))
		if one.name != names || !ok {
			return false, nil
		}
		added, into = more, one
	}
	for _, entry := range added {
		said, err := m.ask(worker, fmt.Sprintf("add map #%s %s", into.number, entry))
		if err == nil && strings.TrimSpace(said) != "" {
			err = fmt.Errorf("the proxy does not take %q: %s", entry, strings.TrimSpace(said))
		}
		if err != nil {
			return false, err
		}
	}
	return true, m.check(workers)
}

// more are the entries that a file has and a worker has not, and whether the worker may be given them: it has nothing that the file has not, and no name had been open by a
// wildcard, as whose it may be on its way right now.
func more(memory, file, below []string) (added []string, ok bool) {
	has := map[string]bool{}
	for _, entry := range memory {
		has[entry] = true
	}
	for _, entry := range file {
		if has[entry] {
			delete(has, entry)
			continue
		}
		name, place, _ := strings.Cut(entry, " ")
		if !plain(name) || !plain(place) || slices.ContainsFunc(below, func(wildcard string) bool {
			suffix, _, _ := strings.Cut(wildcard, " ")
			return suffix == "." || strings.HasSuffix(name, suffix)
		}) {
			return nil, false
		}
		added = append(added, entry)
	}
	return added, len(has) == 0 && len(added) <= most
}

// plain is whether a word means nothing to the proxy's command line but itself.
func plain(word string) bool {
	return word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789.-_:,") == ""
}
