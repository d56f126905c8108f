// Package canary tries the walls from where it runs, which is the agent's network namespace.
package canary

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"gatewayd/contract"
	"gatewayd/resolver"
)

// Probe is one thing that is tried, as a line says it (contract.Probes).
type Probe struct {
	// The line itself, which its verdict is said with.
	Line string
	// Its first two words: what has to be, and of what.
	Kind string
	// Where it is sent.
	To netip.AddrPort
	// The name that it asks for, and the address that this one has to have (open dns).
	Name    string
	Address netip.Addr
	// What a listener knows a datagram by.
	Word string
}

// A plan has some dozens, and one for each endpoint; each takes a socket and a few KiB.
const mostProbes, mostBytes = 4096, 1 << 20

// ports are where a probe goes that has no port of its own.
var ports = map[string]uint16{
	"shut dns":  contract.PortDns,
	"open dns":  contract.PortDns,
	"shut tls":  contract.PortTls,
	"open tls":  contract.PortTls,
	"shut http": contract.PortHttp,
	"shut name": contract.PortHttp,
}

// Read reads probes, a line each, to the end: whoever tries them starts the clock after that, so that one that arrives late is waited for as long as the first.
func Read(from io.Reader) ([]Probe, error) {
	lines, err := readLines(from)
	if err != nil {
		return nil, err
	}
	var found []Probe
	for _, line := range lines {
		probe, err := Parse(line)
		if err != nil {
			return nil, err
		}
		found = append(found, probe)
	}
	if len(found) == 0 {
		return nil, errors.New("no probes: nothing is proven")
	}
	return found, nil
}

// readLines reads lines that have something in them.
func readLines(from io.Reader) ([]string, error) {
	var lines []string
	limited := &io.LimitedReader{R: from, N: mostBytes}
	scanner := bufio.NewScanner(limited)
	for scanner.Scan() {
		if line := strings.TrimRight(scanner.Text(), " \t\r\n\v\f"); line != "" {
			lines = append(lines, line)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, err
	}
	if limited.N == 0 || len(lines) > mostProbes {
		return nil, errors.New("too many probes")
	}
	return lines, nil
}

// Parse reads a line.
func Parse(line string) (Probe, error) {
	words := strings.Fields(line)
	probe := Probe{Line: line}
	if len(words) >= 2 {
		probe.Kind = words[0] + " " + words[1]
	}
	shape, ok := contract.Probes[probe.Kind]
	if !ok || len(words)-2 != len(shape) {
		return Probe{}, fmt.Errorf("not a probe: %s", line)
	}
	var to, address netip.Addr
	port := ports[probe.Kind]
	for at, word := range words[2:] {
		var err error
		switch shape[at] {
		case "ADDRESS", "SERVER":
			address, err = parseAddress(word)
			if at == 0 {
				to = address
			}
		case "PORT":
			port, err = parsePort(word)
		case "NAME":
			probe.Name = word
			if _, err = resolver.Question(0, word); len(word) > 253 {
				err = errors.New("no name")
			}
		case "WORD":
			probe.Word = word
		}
		if err != nil {
			return Probe{}, fmt.Errorf("not a probe: %s: %w", line, err)
		}
	}
	probe.To, probe.Address = netip.AddrPortFrom(to, port), address
	return probe, nil
}

// parseAddress reads an address as it goes over the wire: without a zone, and in the family that it is of.
func parseAddress(text string) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	if err == nil && (address.Zone() != "" || address.Is4In6()) {
		err = errors.New("no address of the wire's")
	}
	return address, err
}

func parsePort(text string) (uint16, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	if err == nil && port == 0 {
		err = errors.New("no port")
	}
	return uint16(port), err
}

// open is true of a probe that should get through, and false of one that must not.
func (p Probe) open() bool { return strings.HasPrefix(p.Kind, "open ") }
