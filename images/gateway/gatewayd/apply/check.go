package apply

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"gatewayd/command"
	"gatewayd/contract"
	"gatewayd/policy"
)

// check has every part of a staged policy read by the program that will use it. A part that is the same in the policy in force was checked before.
func (g Gateway) check(staged policy.Staged) error {
	if err := checkDrops(staged); err != nil {
		return err
	}
	daemons := atOnce(g.daemonChecks(staged))
	return errors.Join(g.checkRules(staged), <-daemons)
}

func checkDrops(staged policy.Staged) error {
	rules, err := os.ReadFile(filepath.Join(staged.Folder, "rules.nft"))
	if err != nil {
		return err
	}
	if err := DropsByDefault(string(rules)); err != nil {
		return fmt.Errorf("rules.nft does not drop by default: %w", err)
	}
	return nil
}

func (g Gateway) checkRules(staged policy.Staged) error {
	if g.has(staged, "rules.nft") {
		return nil
	}
	if _, err := g.run("", "nft", "--check", "--file", filepath.Join(staged.Folder, "rules.nft")); err != nil {
		return fmt.Errorf("nft refuses rules.nft: %s", command.Said(err))
	}
	return nil
}

// daemonChecks are the checks of what daemons will read. Which of them are needed is looked at here; when they run, the policy may be the one in force.
func (g Gateway) daemonChecks(staged policy.Staged) []func() error {
	at := func(name string) string { return filepath.Join(staged.Folder, name) }
	var checks []func() error
	if !g.wasTaken(staged) {
		// haproxy's is the slowest, 45 to 60 ms. Maps are what changes most: where they alone are others, their form is looked at below, for it is all that haproxy asks of them.
		if !g.has(staged, "haproxy.cfg") || !g.has(staged, "private.map") {
			checks = append(checks, func() error {
				if _, err := g.run("", "haproxy", "-c", "-f", at("haproxy.cfg")); err != nil {
					return fmt.Errorf("haproxy refuses haproxy.cfg: %s", command.Said(err))
				}
				return nil
			})
		}
		for _, name := range []string{"dnsmasq.conf", "resolver.conf"} {
			if g.has(staged, name) {
				continue
			}
			checks = append(checks, func() error {
				if _, err := g.run("", "dnsmasq", "--test", "--conf-file="+at(name)); err != nil {
					return fmt.Errorf("dnsmasq refuses %s: %s", name, command.Said(err))
				}
				return nil
			})
		}
	}
	for _, name := range contract.BundleSections {
		if filepath.Ext(name) == ".map" {
			checks = append(checks, func() error { return checkLines(at(name), entry, "key and value") })
		}
	}
	// dnsmasq passes over a line of these that it does not understand, and a name would be missing without a word.
	return append(checks, func() error { return checkLines(at("hosts"), host, "address and name") })
}

// atOnce makes checks beside each other, and says what all of them said.
func atOnce(checks []func() error) <-chan error {
	said := make(chan error, 1)
	wrong := make([]error, len(checks))
	var all sync.WaitGroup
	for at, check := range checks {
		all.Add(1)
		go func() {
			defer all.Done()
			wrong[at] = check()
		}()
	}
	go func() {
		all.Wait()
		said <- errors.Join(wrong...)
	}()
	return said
}

// has is whether the policy in force has the same file.
func (g Gateway) has(staged policy.Staged, name string) bool {
	return sameFiles(filepath.Join(staged.Folder, name), filepath.Join(g.Live(), name))
}

func sameFiles(one, other string) bool {
	first, err := os.ReadFile(one)
	if err != nil {
		return false
	}
	second, err := os.ReadFile(other)
	return err == nil && bytes.Equal(first, second)
}

var (
	host = regexp.MustCompile(`^(\d{1,3}\.){3}\d{1,3} [a-z0-9._-]+( # .*)?$`)
	// haproxy takes any text as a key of all maps but private.map, whose keys are addresses.
	entry = regexp.MustCompile(`^[^\s#]\S* \S.*$`)
)

// checkLines names the first line of a file that has not the form which each of them has.
func checkLines(path string, form *regexp.Regexp, what string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if line = bytes.TrimSuffix(line, []byte("\n")); !form.Match(line) {
			return fmt.Errorf("%s has a line that is no %s: %d:%s", filepath.Base(path), what, number, line)
		}
	}
	return nil
}
