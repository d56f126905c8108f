package audit

import (
	"regexp"
	"strconv"
	"strings"

	"gatewayd/contract"
)

// questions turns dnsmasq's log into audit lines, one for each refused question. The refusal does not repeat the name, so questions are remembered by their serial number. A refusal
// of one that is not (each connection has a process of dnsmasq's own with a hundred numbers, whose lines come between those of others) is told without a name.
type questions struct {
	asked [256]struct{ serial, name string }
}

var (
	ofDnsmasq = regexp.MustCompile(`^dnsmasq(?:\[\d+\])?: (\d+) ([0-9a-f.:]+)/\d+ (.*)$`)
	// The name begins after the question's type and ends at the last " from ", whatever is in it.
	question = regexp.MustCompile(`^query\[[^\]]*\] (.*?)(?: from [0-9a-f.:]+)?$`)
)

// The most letters of a name.
const longestName = 255

func (q *questions) read(text string) (contract.Line, bool) {
	found := ofDnsmasq.FindStringSubmatch(text)
	if found == nil {
		return contract.Line{}, false
	}
	serial, from, rest := found[1], found[2], found[3]
	number, err := strconv.ParseUint(serial, 10, 64)
	if err != nil {
		return contract.Line{}, false
	}
	place := &q.asked[number%uint64(len(q.asked))]
	if asked := question.FindStringSubmatch(rest); asked != nil {
		// Both are copies: a part of the log's text would keep all of it.
		place.serial, place.name = strings.Clone(serial), strings.Clone(asked[1])
		return contract.Line{}, false
	}
	// Questions from loopback are the gateway's own health checks.
	if !strings.HasPrefix(rest, "config error is REFUSED") || from == "127.0.0.1" {
		return contract.Line{}, false
	}
	name := ""
	if place.serial == serial {
		name = place.name
	}
	// dnsmasq itself writes <name unprintable> for a name with other than printable ASCII; a backslash becomes \x5C, as in the proxy's lines.
	name = strings.ToValidUTF8(name, "\uFFFD")
	if letters := []rune(name); len(letters) > longestName {
		name = string(letters[:longestName])
	}
	name = strings.ReplaceAll(name, `\`, `\x5C`)
	return contract.Line{Kind: "dns", Name: name, Port: contract.PortDns, Verdict: "deny", Reason: "domain"}, true
}
