package apply

import (
	"errors"
	"fmt"
	"os"

	"gatewayd/policy"
)

// Restore makes the saved policy the one in force again, for daemons that run, and cuts what it does not let through. When that fails, everything is shut.
func (g Gateway) Restore() error {
	bundle, err := g.ReadSaved()
	if err == nil {
		err = g.again(bundle)
	}
	if err != nil {
		return errors.Join(err, g.shut())
	}
	g.tidy()
	return nil
}

// tidy removes the folders of policies that are not live. What stays takes room, and nothing else.
func (g Gateway) tidy() {
	if err := g.removeOlder(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// again makes a policy that was in force or saved the one in force.
func (g Gateway) again(bundle policy.Bundle) error {
	staged, err := g.renew(bundle)
	if err != nil {
		return err
	}
	if err := g.start(g.reloadProxy); err != nil {
		return err
	}
	g.noteTaken(staged)
	return g.daemons.Cut()
}

// EndGrants stages the live policy anew from its own text, now without the lines of grants that are over, and cuts their open connections. When that fails, everything is shut.
func (g Gateway) EndGrants(live policy.Live) error {
	bundle, err := g.bundleOf(live)
	if err == nil {
		err = g.again(bundle)
	}
	if err != nil {
		return errors.Join(err, g.shut())
	}
	g.tidy()
	return nil
}

// SaveAgain saves the live policy.
func (g Gateway) SaveAgain(live policy.Live) error {
	bundle, err := g.bundleOf(live)
	if err == nil {
		err = g.SaveNext(bundle)
	}
	if err == nil {
		err = g.Save()
	}
	return err
}

func (g Gateway) bundleOf(live policy.Live) (policy.Bundle, error) {
	text, err := live.Bundle()
	if err != nil {
		return policy.Bundle{}, err
	}
	return policy.ReadBundle(text)
}

// renew stages a policy that was in force or saved, and makes it the live one: the files and the packet rules. Daemons' files are checked meanwhile: none has been told of them yet, and
// whoever calls shuts the gateway for what is refused. Rules that nft does not take are not in force, so their loading is their check.
func (g Gateway) renew(bundle policy.Bundle) (policy.Staged, error) {
	staged, err := g.stageHere(bundle)
	if err == nil {
		err = checkDrops(staged)
	}
	if err == nil {
		daemons := atOnce(g.daemonChecks(staged))
		err = errors.Join(g.putLive(staged), <-daemons)
	}
	if err != nil && staged.Folder != "" {
		os.RemoveAll(staged.Folder)
	}
	return staged, err
}
