package apply

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"gatewayd/command"
	"gatewayd/contract"
	"gatewayd/policy"
)

// check has every part of a staged policy read by the program that will use it. A part that is the same in the policy in force was checked before.
func (g Gateway) check(staged policy.Staged) error {
	at := func(name string) string { return filepath.Join(staged.Folder, name) }
	rules, err := os.ReadFile(at("rules.nft"))
	if err != nil {
		return err
	}
	if err := DropsByDefault(string(rules)); err != nil {
		return fmt.Errorf("rules.nft does not drop by default: %w", err)
	}
	// haproxy's check is the slowest, so it runs beside all others.
	proxy := make(chan error, 1)
	go func() { proxy <- g.checkProxy(staged) }()
	if !g.has(staged, "rules.nft") {
		if _, err := g.run("", "nft", "--check", "--file", at("rules.nft")); err != nil {
			return fmt.Errorf("nft refuses rules.nft: %s", command.Said(err))
		}
	}
	for _, name := range []string{"dnsmasq.conf", "resolver.conf"} {
		if g.has(staged, name) {
			continue
		}
		if _, err := g.run("", "dnsmasq", "--test", "--conf-file="+at(name)); err != nil {
			return fmt.Errorf("dnsmasq refuses %s: %s", name, command.Said(err))
		}
	}
	// dnsmasq passes over a line of these that it does not understand, and a name would be missing without a word.
	if err := checkLines(at("hosts"), host, "address and name"); err != nil {
		return err
	}
	return <-proxy
}

// checkProxy has haproxy read its configuration, which takes 60 ms. Maps are what changes most: where they alone are others, their form is looked at here, for it is all that haproxy
// asks of them.
func (g Gateway) checkProxy(staged policy.Staged) error {
	for _, name := range contract.BundleSections {
		if filepath.Ext(name) != ".map" {
			continue
		}
		if err := checkLines(filepath.Join(staged.Folder, name), entry, "key and value"); err != nil {
			return err
		}
	}
	if g.has(staged, "haproxy.cfg") && g.has(staged, "private.map") {
		return nil
	}
	if _, err := g.run("", "haproxy", "-c", "-f", filepath.Join(staged.Folder, "haproxy.cfg")); err != nil {
		return fmt.Errorf("haproxy refuses haproxy.cfg: %s", command.Said(err))
	}
	return nil
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
