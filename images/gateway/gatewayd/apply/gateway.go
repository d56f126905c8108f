// Package apply makes a policy the one in force, whole or not at all. docs/policy-states.md has its states, and what a crash at each arrow leaves.
package apply

import (
	"os"
	"path/filepath"

	"gatewayd/audit"
	"gatewayd/command"
	"gatewayd/contract"
	"gatewayd/netlink"
	"gatewayd/policy"
	"gatewayd/supervisor"
)

// Gateway is a gateway whose policy may be changed, by whoever has its turn.
type Gateway struct {
	policy.Place
	runner   command.Runner
	services supervisor.Services
	daemons  daemonsOf
	// changes is a number that is one more after each change of packet rules.
	changes func() (uint32, error)
	// tell writes an audit line.
	tell func(contract.Line)
}

// daemonsOf is what is asked of the daemons; tests answer in their place.
type daemonsOf interface {
	// Grow gives the proxy's worker what the policy in force has more, and is whether that was all.
	Grow() bool
	// Reload has the proxy read the policy in force.
	Reload() error
	// Wait waits until all of them answer by a policy.
	Wait(policy.Live) error
	// Cut ends the open connections that the policy in force does not let through.
	Cut() error
}

// Here is the gateway that this program runs in. Who has its turn hands the turn over, nil before the supervisor is there.
func Here(turn *os.File) Gateway { return At(policy.Here, turn) }

// At is Here, for a test's place.
func At(place policy.Place, turn *os.File) Gateway { return at(place, turn, running{}) }

func at(place policy.Place, turn *os.File, daemons daemonsOf) Gateway {
	runner := command.Runner{Turn: turn}
	return Gateway{
		Place: place, runner: runner, daemons: daemons, changes: netlink.Generation, tell: audit.Tell,
		services: supervisor.Services{Folder: filepath.Join(place.Run, "service"), Runner: runner},
	}
}

// Baseline are the rules of a gateway that is shut: no packet passes.
const Baseline = "/etc/gateway/baseline.nft"

func (g Gateway) run(input, program string, words ...string) (string, error) {
	return g.runner.Run(input, program, words...)
}
