// Package watch compares what runs with the live policy: packet rules, routes, files, maps, daemons. It repairs drift and writes an audit line for it. What it cannot repair
// ends the gateway.
package watch

import (
	"os"
	"strings"
	"time"

	"gatewayd/contract"
	"gatewayd/policy"
)

// round is one look at the gateway.
type round struct {
	place policy.Place
	// What the looks before this one saw.
	known *known
	// Whether it looks at everything, or only at what nobody tells of when it changes.
	full bool
	turn *os.File
	live policy.Live
	// Of a full look, what the kernel has, by which files that has to be right, and whether it is all as it was when it was right.
	seen  seen
	files string
	same  bool
	// Where it is not: all packet rules, as nft prints them.
	rules string
	// What could not be written into the volume.
	unkept string
}

// known is what one look leaves to the next.
type known struct {
	// How the files of the policy and the saved policy looked when they were read whole, and what was read.
	files, saved string
	live         policy.Live
	// Who changed packet rules since the last full look.
	by string
	// The processes that the last look saw.
	pids []int
	// The rules of a gateway that is shut, as the kernel prints them.
	shut string
	// When the next grant ends.
	grant time.Time
	// What the kernel has when all is well, and whether it was said that it does not say so.
	good  good
	blind bool
}

// see looks at everything in turn, at packet rules before all that takes longer. What it gives back is never nothing: it says how the gateway is.
func (r *round) see() (err error) {
	// While nothing is in force the rules are looked at each time: they are the one wall.
	if r.full = r.full || !r.isLive(); r.full {
		if err := r.checkKernel(); err != nil {
			return err
		}
	}
	if err := r.checkFinished(); err != nil {
		return err
	}
	if !r.isLive() {
		r.known.grant = time.Time{}
		for _, check := range []func() error{r.checkSurroundings, r.checkProcesses, r.checkShut} {
			if err := check(); err != nil {
				return err
			}
		}
	}
	r.readLive()
	checks := []func() error{
		r.checkGrants, r.checkRules, r.checkVips, r.checkSurroundings, r.remember, r.checkProcesses, r.checkSaved, r.checkClock, r.checkDaemons, r.checkListeners, r.checkLog,
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	said := strings.Replace(contract.SaysLive, "HASH", r.live.Hash, 1)
	if r.unkept != "" {
		return unwell("%s, but %s", said, r.unkept)
	}
	return ended{0, said}
}

// isLive is whether a policy is in force.
func (r *round) isLive() bool {
	_, err := os.Lstat(r.place.Live())
	return err == nil
}
