// Package policy reads the policy in force, and keeps the gateway's time, by which grants end.
package policy

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gatewayd/contract"
)

// Place is where a gateway keeps things.
type Place struct {
	// Memory of the container, and gone with it.
	Run string
	// The volume of the saved policy.
	Volume string
}

// Here is the gateway's own.
var Here = Place{Run: contract.Run, Volume: contract.Policy}

// Live is the link to the policy in force.
func (p Place) Live() string { return filepath.Join(p.Run, "live") }

// Saved is the policy that a gateway begins with after a restart: its hash, then its text.
func (p Place) Saved() string { return filepath.Join(p.Volume, "policy") }

// Clock is what the gateway's time was, in seconds since 1970, and the machine's uptime at that moment.
func (p Place) Clock() string { return filepath.Join(p.Volume, "clock") }

// Told is the latest end of a grant that the audit was told of.
func (p Place) Told() string { return filepath.Join(p.Volume, "told") }

// Taken says which files daemons answered by last, and of which image they were.
func (p Place) Taken() string { return filepath.Join(p.Volume, "taken") }

// Unfinished exists while an apply is at work, with the hash of its policy. One that was killed leaves it behind.
func (p Place) Unfinished() string { return filepath.Join(p.Run, "unfinished") }

// Service is the folder of one of the supervisor's services.
func (p Place) Service(name string) string { return filepath.Join(p.Run, "service", name) }

// Sides are the names of the interfaces that lead to the agent and out.
func (p Place) Sides() (inner, outer string, err error) {
	text, err := os.ReadFile(filepath.Join(p.Run, "sides"))
	if err != nil {
		return "", "", err
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "inner="); ok {
			inner = name
		} else if name, ok := strings.CutPrefix(line, "outer="); ok {
			outer = name
		}
	}
	return inner, outer, nil
}

// Number reads a file with one number in it.
func Number(path string) (int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
}
