package lock

import (
	"fmt"
	"regexp"
	"strings"
)

// Client is whose bridge is shut: what its tables and its bridge are called on the host.
type Client struct {
	Table, Bridge string
}

// What both may be made of: they are written into what nft reads.
var word = regexp.MustCompile(`^[a-z0-9][a-zA-Z0-9._-]*$`)

var link = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._@-]*$`)

func (c Client) valid() error {
	// The kernel's longest name of a link (IFNAMSIZ) has 15 bytes. Without a bridge there is nothing to shut, only to remove.
	if !word.MatchString(c.Table) || c.Bridge != "" && (!word.MatchString(c.Bridge) || len(c.Bridge) > 15) {
		return fmt.Errorf("no client's table %q and bridge %q", c.Table, c.Bridge)
	}
	return nil
}

// removal takes away the client's tables, whether or not they are there: `delete` alone fails on one that is not.
func (c Client) removal() string {
	return fmt.Sprintf("add table inet %[1]s\ndelete table inet %[1]s\nadd table netdev %[1]s\ndelete table netdev %[1]s\n", c.Table)
}

// rules are what the kernel is to have, in one transaction: the old ones go when the new ones are there.
func (c Client) rules(devices []string) string {
	text := c.removal() + c.packetRules()
	if len(devices) > 0 {
		text += c.frameRules(devices)
	}
	return text
}

// packetRules name the bridge. They can be loaded before the bridge exists, so they hold from its first packet. Where bridge-nf-call-iptables is on, `forward` sees packets
// between two containers of the bridge, too; they pass, for they leave on the bridge they came from.
func (c Client) packetRules() string {
	return fmt.Sprintf(`table inet %[1]s {
  chain input { type filter hook input priority raw; policy accept; iifname "%[2]s" drop; }
  chain forward { type filter hook forward priority raw; policy accept; iifname "%[2]s" oifname != "%[2]s" drop; }
}
`, c.Table, c.Bridge)
}

// frameRules are for frames of every kind, ARP included, at the devices themselves. A frame for a bridge's own protocols (01:80:c2:00:00:0x) is not bridged: the kernel takes it
// at the container's link, where no rule that names the bridge sees the packet in it (measured on 6.18).
func (c Client) frameRules(devices []string) string {
	// In quotes: a link may be called as a word of nft's.
	return fmt.Sprintf(`table netdev %s {
  chain ingress {
    type filter hook ingress devices = { "%s" } priority -500; policy accept;
    iifname "%s" drop
    ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 drop
  }
}
`, c.Table, strings.Join(devices, `", "`), c.Bridge)
}

// unquotable is whether a link's name would be something else in nft's text. The kernel lets a name have every byte but a space, a slash and a colon, quotes among them.
func unquotable(name string) bool { return !link.MatchString(name) }

// said is on which devices the rules hold.
func (c Client) said(devices []string) string {
	if len(devices) == 0 {
		return c.Bridge + ", which is not there yet"
	}
	return strings.Join(devices, " ")
}
