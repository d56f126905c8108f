package lock

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"gatewayd/netlink"
)

// state is what is in force, as the kernel tells of it.
type state struct {
	// The bridge and the host's ends of the containers' links; nothing while there is no bridge.
	devices []string
	// The rules. Zero: there are none.
	packets, frames netlink.Digest
}

// look asks the kernel: a few messages, and no program.
func (c Client) look() (found state, err error) {
	links, err := netlink.Ports(c.Bridge)
	if err != nil {
		return found, err
	}
	found.devices = names(links)
	rules, err := netlink.Tables(netlink.Table{Family: netlink.Inet, Name: c.Table}, netlink.Table{Family: netlink.Netdev, Name: c.Table})
	if err != nil {
		return found, err
	}
	found.packets, found.frames = rules[0], rules[1]
	return found, nil
}

// names are those of the bridge and of its ports, sorted.
func names(links []netlink.Link) []string {
	var all []string
	for _, link := range links {
		all = append(all, link.Name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var none netlink.Digest

// whole is whether there is anything of all that was loaded. That it is the same still is what its mark says.
func (s state) whole() bool { return s.packets != none && (s.frames != none || len(s.devices) == 0) }

// mark is equal of two states that are.
func (s state) mark() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %x %x", s.devices, s.packets, s.frames))
	return hex.EncodeToString(sum[:])
}

// note is where the mark of what was loaded is.
type note string

func (n note) write(s state) error {
	next := string(n) + ".next"
	if err := os.WriteFile(next, []byte(s.mark()+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(next, string(n))
}

// says is whether a state is the one that was loaded.
func (n note) says(s state) bool {
	text, err := os.ReadFile(string(n))
	return err == nil && strings.TrimSuffix(string(text), "\n") == s.mark()
}
