package apply

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gatewayd/policy"
)

// hooked is where the kernel has a chain see packets, and what becomes of one that no rule of it names: nft writes and prints both in one line.
var hooked = regexp.MustCompile(`^type filter hook (\w+) priority [^;]+; policy (\w+);$`)

// DropsByDefault is whether the three chains of the gateway's table drop what they do not name, by the text of the rules, a policy's or the kernel's.
func DropsByDefault(rules string) error {
	left := map[string]bool{"input": true, "forward": true, "output": true}
	for line := range strings.Lines(rules) {
		line = strings.TrimSpace(line)
		// Sets and maps have types as well; what has none of these words sees no packet.
		if !strings.Contains(line, " hook ") {
			continue
		}
		found := hooked.FindStringSubmatch(line)
		if found == nil || found[2] != "drop" {
			return errors.New(line)
		}
		if !left[found[1]] {
			return fmt.Errorf("a chain that is not known: %s", line)
		}
		delete(left, found[1])
	}
	for hook := range left {
		return fmt.Errorf("no chain sees %s", hook)
	}
	return nil
}

// Rules are the gateway's own packet rules, as the kernel prints them.
func (g Gateway) Rules() (string, error) {
	said, err := g.run("", "nft", "--stateless", "list", "table", "inet", "gateway")
	return strings.TrimRight(said, "\n"), err
}

// LoadRules loads the rules of the policy in force, in one transaction, and notes them as the kernel prints them: later looks compare the kernel's with this text.
func (g Gateway) LoadRules() error {
	rules, err := g.LoadAgain()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(g.Live(), "rules.kernel"), []byte(rules+"\n"), 0o644)
}

// ErrContended is that rules could not be loaded without somebody else changing some meanwhile. They are in force, and so may be another's.
var ErrContended = errors.New("somebody else changes packet rules all the while")

// LoadAgain loads the rules of the policy in force, and gives them as the kernel prints them. The note of that stays as it is.
func (g Gateway) LoadAgain() (string, error) { return g.load(filepath.Join(g.Live(), "rules.nft")) }

// LoadBaseline loads the rules of a gateway that is shut, and gives them as the kernel prints them.
func (g Gateway) LoadBaseline() (string, error) { return g.load(Baseline) }

// load loads a file of rules, and gives them as the kernel prints them. What somebody else changed meanwhile would be in that text, and so be right for good: it is loaded again
// until nobody did. Where the kernel does not count changes, nobody knows.
func (g Gateway) load(path string) (string, error) {
	for range 5 {
		before, uncounted := g.changes()
		if _, err := g.run("", "nft", "-f", path); err != nil {
			return "", err
		}
		rules, err := g.Rules()
		if err != nil {
			return "", err
		}
		if err := DropsByDefault(rules); err != nil {
			return "", fmt.Errorf("the rules do not drop by default: %w", err)
		}
		if now, err := g.changes(); uncounted != nil || err == nil && now == before+1 {
			return rules, nil
		}
	}
	return "", ErrContended
}

// hasRules is whether the kernel has the rules of a staged policy already: those of the policy in force are the same, and nobody changed them. Then they are not loaded, which
// takes 25 ms: a host more is only a line more in the maps.
func (g Gateway) hasRules(staged policy.Staged) (note []byte, has bool) {
	if !g.has(staged, "rules.nft") {
		return nil, false
	}
	note, err := os.ReadFile(filepath.Join(g.Live(), "rules.kernel"))
	if err != nil {
		return nil, false
	}
	rules, err := g.Rules()
	return note, err == nil && rules+"\n" == string(note)
}
