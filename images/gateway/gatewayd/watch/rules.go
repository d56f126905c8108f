package watch

import (
	"errors"
	"fmt"
	"os"

	"gatewayd/apply"
)

func (r *round) allRules() (string, error) { return r.run("", "nft", "--stateless", "list", "ruleset") }

// refresh reads the rules in words: after they were loaded, or where the kernel has not what it had.
func (r *round) refresh() (err error) {
	r.rules, err = r.allRules()
	r.full, r.same = true, false
	return err
}

func (r *round) checkRules() error {
	if !r.full || r.same {
		return nil
	}
	kernel, err := r.live.Kernel()
	if err != nil {
		r.die("files of the policy")
	}
	if table, _ := ours(r.rules); table != kernel {
		loaded, err := r.gateway().LoadAgain()
		if err != nil && !errors.Is(err, apply.ErrContended) {
			fmt.Fprintln(os.Stderr, err)
			r.die("packet rules that cannot be loaded")
		}
		drift(r.changedRules(), "reloaded")
		if err != nil {
			return unwell("policy %s, and %v", r.live.Hash, err)
		}
		if loaded != kernel {
			// It is the note that is another.
			r.die("files of the policy")
		}
		if err := r.refresh(); err != nil {
			return err
		}
	}
	r.known.by = ""
	return nil
}

// checkVips gives the gateway the route of its virtual addresses again.
func (r *round) checkVips() error {
	if !r.full || r.same {
		return nil
	}
	inner, _, err := r.place.Sides()
	if err != nil {
		return err
	}
	route, err := r.run("", "ip", "route", "show", "table", "local", r.live.Vips, "dev", inner)
	if err != nil {
		return err
	}
	if route == "" {
		if _, err := r.run("", "ip", "route", "replace", "local", r.live.Vips, "dev", inner); err != nil {
			r.die("virtual addresses that cannot be had")
		}
		drift("virtual addresses", "restored")
	}
	return nil
}

// checkShut is for a gateway without a live policy, which has to be shut.
func (r *round) checkShut() error {
	if table, _ := ours(r.rules); !r.same && table != r.known.shut {
		shut, err := r.gateway().LoadBaseline()
		if err != nil && !errors.Is(err, apply.ErrContended) {
			fmt.Fprintln(os.Stderr, err)
			r.die("packet rules that cannot be loaded")
		}
		// The first time nobody here knows yet how the kernel prints them.
		if r.known.shut != "" || apply.DropsByDefault(table) != nil {
			drift(r.changedRules(), "reloaded")
		}
		if err != nil {
			return unwell("shut, and %v", err)
		}
		r.known.shut = shut
		if err := r.refresh(); err != nil {
			return err
		}
	}
	if err := r.remember(); err != nil {
		return err
	}
	if _, err := os.Stat(r.place.Saved()); err != nil {
		return ended{0, "shut: no policy yet"}
	}
	// A policy is saved, and it could not be used when the gateway started: for want of memory, say.
	if err := r.gateway().Restore(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return unwell("shut: the saved policy does not hold")
	}
	drift("no policy in force", "the saved one restored")
	return r.refresh()
}

// changedRules says that packet rules are not the policy's, and who changed them, where the kernel told.
func (r *round) changedRules() string {
	by := r.known.by
	r.known.by = ""
	if by == "" {
		return "packet rules"
	}
	return "packet rules, by " + by
}
