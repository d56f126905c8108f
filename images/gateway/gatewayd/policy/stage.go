package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Machine is what a policy needs to know of where it is to be in force.
type Machine struct {
	// The interfaces that lead to the agent and out.
	Inner, Outer string
	// The engine's resolvers: the text of resolv.conf.
	Resolvers string
}

// Machine reads it.
func (p Place) Machine() (Machine, error) {
	inner, outer, err := p.Sides()
	if err != nil {
		return Machine{}, err
	}
	resolvers, err := os.ReadFile("/etc/resolv.conf")
	return Machine{Inner: inner, Outer: outer, Resolvers: string(resolvers)}, err
}

// Staged is a policy that has a folder, and is not in force.
type Staged struct {
	Folder string
	Bundle Bundle
}

// Stage writes a policy into a new folder as the files that daemons read, with the lines that hold at a moment, and a checksum of each. What follows from the machine is added:
// names of interfaces, a name to ask for, the engine's resolvers.
func (p Place) Stage(bundle Bundle, machine Machine, moment string) (Staged, error) {
	files, err := render(bundle, machine, moment)
	if err != nil {
		return Staged{}, err
	}
	// Daemons that are not root read it.
	folder, err := os.MkdirTemp(p.Run, "policy.")
	if err != nil {
		return Staged{}, err
	}
	staged := Staged{Folder: folder, Bundle: bundle}
	if err := os.Chmod(folder, 0o755); err != nil {
		return staged, err
	}
	var sums bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(folder, name), files[name], 0o644); err != nil {
			return staged, err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	return staged, os.WriteFile(filepath.Join(folder, "sums"), sums.Bytes(), 0o644)
}

// render is a policy as its files, by name.
func render(bundle Bundle, machine Machine, moment string) (map[string][]byte, error) {
	files := bundle.Files(moment)
	declared := bundle.Declared
	hash := bundle.Hash()
	period := Period(declared.Grants, moment)
	files["bundle"] = bundle.Text
	files["hash"] = []byte(hash + "\n")
	files["period"] = []byte(period + "\n")
	// A name that only this policy answers. The gateway asks for it from loopback, to see that the policy is live.
	files["hosts"] = fmt.Appendf(files["hosts"], "%s %s\n", declared.Gateway, nameOf(hash, period))
	// The rules name the sides, `inner` and `outer`; here the names are defined as the interfaces that this engine made.
	rules := fmt.Appendf(nil, "define inner = \"%s\"\ndefine outer = \"%s\"\n", machine.Inner, machine.Outer)
	rules = append(rules, files["rules.nft"]...)
	if declared.EngineResolvers {
		resolvers, err := asked(machine.Resolvers)
		if err != nil {
			return nil, err
		}
		if len(resolvers) > 0 {
			rules = fmt.Appendf(rules, "add element inet gateway resolvers { %s }\n", strings.Join(resolvers, ","))
		}
	}
	files["rules.nft"] = rules
	return files, nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// asked are the engine's resolvers that need a rule: Docker's is on loopback and needs none; any other gets a hole for exactly the addresses in resolv.conf.
func asked(text string) ([]string, error) {
	var all, outside []string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "nameserver" || !isIPv4(words[1]) || slices.Contains(all, words[1]) {
			continue
		}
		all = append(all, words[1])
		if !strings.HasPrefix(words[1], "127.") {
			outside = append(outside, words[1])
		}
	}
	if len(all) == 0 {
		return nil, errors.New("resolv.conf names no IPv4 resolver; declare resolvers")
	}
	slices.Sort(outside)
	return outside, nil
}

func isIPv4(text string) bool {
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is4()
}
