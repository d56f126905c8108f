package watch

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gatewayd/policy"
)

// Surroundings says what the engine gave this namespace now.
func Surroundings() (string, error) {
	r := &round{place: policy.Here}
	rules, err := r.allRules()
	if err != nil {
		return "", err
	}
	return r.surroundings(rules)
}

// checkSurroundings compares what the engine gave the namespace with what it was at the start. None of it could be put back from here.
func (r *round) checkSurroundings() error {
	if !r.full || r.same {
		return nil
	}
	before, err := os.ReadFile(filepath.Join(r.place.Run, "surroundings"))
	if err != nil {
		return err
	}
	now, err := r.surroundings(r.rules)
	if err != nil || now == string(before) {
		return err
	}
	// An engine that connects the gateway to another network does it in several steps, and the first alone would name a route that is gone, and not the link that is new.
	for range 6 {
		was := now
		time.Sleep(settling)
		if r.rules, err = r.allRules(); err != nil {
			return err
		}
		if now, err = r.surroundings(r.rules); err != nil {
			return err
		}
		if now == was {
			break
		}
	}
	if now != string(before) {
		r.die(difference(split(string(before)), split(now), "gone: ", "new: "))
	}
	return nil
}

// settling is how long what changed is given to stay as it is.
const settling = 500 * time.Millisecond

// surroundings says what the engine gave this namespace, a line for each thing. Nobody may change it, and the gateway could not make it again. Queues are in it because one
// can pass packets on beneath all rules (tc's mirred), routes because one can lead packets elsewhere. Of packet rules it has all but our own table (Docker has rules there that
// lead from 127.0.0.11 to its resolver), of routes all but that of the virtual addresses.
func (r *round) surroundings(rules string) (string, error) {
	// Not of /sys, which has the links of the namespace that mounted it.
	links, err := net.Interfaces()
	if err != nil {
		return "", err
	}
	var lines []string
	for _, link := range links {
		lines = append(lines, "/sys/class/net/"+link.Name)
	}
	slices.Sort(lines)
	switches, err := filepath.Glob("/proc/sys/net/ipv[46]/conf/*/forwarding")
	if err != nil {
		return "", err
	}
	slices.Sort(switches)
	for _, path := range switches {
		// An interface that disappears meanwhile is gone from the list above, too.
		if text, err := os.ReadFile(path); err == nil {
			lines = append(lines, path+":"+strings.TrimSpace(string(text)))
		}
	}
	routes, err := r.run("rule show\nroute show table all\n", "ip", "-4", "-batch", "-")
	if err != nil {
		return "", err
	}
	// A kernel that has no IPv6 has no such file. A gateway's has it turned off, and none of these.
	if _, err := os.Stat("/proc/net/if_inet6"); err == nil {
		sixth, err := r.run("rule show\nroute show table all\n", "ip", "-6", "-batch", "-")
		if err != nil {
			return "", err
		}
		routes += sixth
	}
	inner, _, err := r.place.Sides()
	if err != nil {
		return "", err
	}
	for _, line := range split(routes) {
		if !isVips(line, inner) {
			lines = append(lines, line)
		}
	}
	queues, err := r.run("", "tc", "qdisc", "show")
	if err != nil {
		return "", err
	}
	lines = append(lines, split(queues)...)
	for _, words := range filtersOf(split(queues)) {
		filters, err := r.run("", "tc", append([]string{"filter", "show"}, words...)...)
		if err != nil {
			return "", err
		}
		for _, line := range split(filters) {
			lines = append(lines, "filter of "+strings.Join(words, " ")+": "+line)
		}
	}
	_, others := ours(rules)
	for _, line := range split(others) {
		lines = append(lines, "rules: "+line)
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// filtersOf is where filters may be, by the lines of `tc qdisc show`: of a queue of what arrives in two places. A veth's own queue (noqueue) has none.
func filtersOf(queues []string) (places [][]string) {
	for _, line := range queues {
		words := strings.Fields(line)
		at := slices.Index(words, "dev")
		if at < 2 || at+1 >= len(words) || words[1] == "noqueue" {
			continue
		}
		link := []string{"dev", words[at+1]}
		switch words[1] {
		case "clsact":
			places = append(places, append(slices.Clone(link), "ingress"), append(slices.Clone(link), "egress"))
		case "ingress":
			places = append(places, append(slices.Clone(link), "ingress"))
		default:
			places = append(places, link)
		}
	}
	return places
}

// isVips is whether a line of `ip route` is the route of the virtual addresses, whatever /25 they are.
func isVips(line, inner string) bool {
	rest, ok := strings.CutPrefix(line, "local ")
	range_, rest, _ := strings.Cut(rest, " ")
	address, ok25 := strings.CutSuffix(range_, "/25")
	return ok && ok25 && strings.Trim(address, "0123456789.") == "" && strings.HasPrefix(rest+" ", "dev "+inner+" ")
}

// ours takes the gateway's own table out of all packet rules.
func ours(rules string) (table, others string) {
	var own, rest []string
	inside := false
	for _, line := range split(rules) {
		if line == "table inet gateway {" {
			inside = true
		}
		if inside {
			own = append(own, line)
		} else {
			rest = append(rest, line)
		}
		if line == "}" {
			inside = false
		}
	}
	return strings.Join(own, "\n"), strings.Join(rest, "\n")
}

// difference names the first thing that is gone from a list, or new in it, in the order of the lists; nothing where they are the same.
func difference(before, now []string, gone, added string) string {
	for len(before) > 0 && len(now) > 0 && before[0] == now[0] {
		before, now = before[1:], now[1:]
	}
	switch {
	case len(before) > 0 && !slices.Contains(now, before[0]):
		return gone + before[0]
	case len(now) > 0:
		return added + now[0]
	case len(before) > 0:
		return gone + before[0]
	}
	return ""
}

func split(text string) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
