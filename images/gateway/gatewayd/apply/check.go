package apply

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"gatewayd/command"
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
	go func() { _, err := g.run("", "haproxy", "-c", "-f", at("haproxy.cfg")); proxy <- err }()
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
	hosts, err := os.ReadFile(at("hosts"))
	if err != nil {
		return err
	}
	// dnsmasq passes over a line of these that it does not understand, and a name would be missing without a word.
	if number, text, ok := noHost(hosts); ok {
		return fmt.Errorf("hosts has a line that is no address and name: %d:%s", number, text)
	}
	if err := <-proxy; err != nil {
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

var host = regexp.MustCompile(`^(\d{1,3}\.){3}\d{1,3} [a-z0-9._-]+( # .*)?$`)

// noHost is the first line that is none of a hosts file, with its number.
func noHost(text []byte) (number int, line string, found bool) {
	for line := range bytes.Lines(text) {
		number++
		if line = bytes.TrimSuffix(line, []byte("\n")); !host.Match(line) {
			return number, string(line), true
		}
	}
	return 0, "", false
}
