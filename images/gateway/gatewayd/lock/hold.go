package lock

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"gatewayd/command"
	"gatewayd/contract"
	"gatewayd/netlink"
)

const (
	// How long changes are let come together: a load of rules is told of in several pieces, and a container's link joins a bridge in several steps.
	together = 10 * time.Millisecond
	// How often is looked, told or not, for what nobody told of.
	slow = 5 * time.Minute
	// The first time is a second after the first load, for what changed meanwhile; the same after a look that did not end well.
	soon = time.Second
	// How many looks may follow one another at once, and how soon there is room for one more. A repair is a change as well, and has a look that finds nothing after it.
	burst  = 20
	refill = 200 * time.Millisecond
	// How often a load is tried whose devices disappear meanwhile.
	tries = 3
)

// holder holds a client's rules.
type holder struct {
	Client
	held note
	// What it is told of; nothing closes it.
	changes <-chan netlink.Change
	// Where it says what is shut, and what goes wrong.
	say, complain func(string)
	// How many transactions of its own it has not been told of yet.
	own int
	// Somebody else changed the tables: they are loaded again, whatever is seen of them. What the kernel was asked after a load may have been another's already.
	foreign bool
}

// hold loads the rules, and loads them again whenever they or the devices have changed, until it is told to end. The rules outlive it.
func (h *holder) hold(end <-chan struct{}) error {
	// One that cannot even load packet rules ends, and is started again by the engine.
	switch err := h.load(); {
	case errors.Is(err, errFrames):
		h.complain(err.Error())
	case err != nil:
		return err
	}
	room := budget{left: burst, at: time.Now()}
	next := time.NewTimer(soon)
	defer next.Stop()
	for {
		select {
		case <-end:
			return nil
		case change := <-h.changes:
			h.hear(change)
		case <-next.C:
		}
		if wait := max(together, room.take(time.Now())); !h.gather(wait, end) {
			return nil
		}
		patience := slow
		if err := h.repair(); err != nil {
			h.complain(err.Error())
			patience = soon
		}
		next.Reset(patience)
	}
}

// gather hears what else is told within a time; false when it is told to end.
func (h *holder) gather(wait time.Duration, end <-chan struct{}) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-end:
			return false
		case change := <-h.changes:
			h.hear(change)
		case <-timer.C:
			return true
		}
	}
}

// hear keeps account of whose changes they are. Each load of its own is one transaction, told of once.
func (h *holder) hear(change netlink.Change) {
	switch {
	case change.Lost:
		h.own = 0
		h.foreign = true
	case change.By != "" && h.own > 0:
		h.own--
	case change.By != "":
		h.foreign = true
	}
}

// repair loads the rules again when they or the devices have changed.
func (h *holder) repair() error {
	found, err := h.look()
	if err == nil && !h.foreign && found.whole() && h.held.says(found) {
		return nil
	}
	return h.load()
}

// errFrames is that the packet rules hold alone. `lock check` does not call that shut.
var errFrames = errors.New("the rules for frames cannot be loaded")

// load loads the rules. A device that disappears between the listing and the load makes the frame rules fail: they are listed again. Where they cannot be had at all, the packet
// rules hold without them until the next look.
func (h *holder) load() error {
	h.foreign = false
	var refused error
	for range tries {
		var devices []string
		if devices, refused = h.devices(); refused != nil {
			break
		}
		if refused = h.give(h.rules(devices)); refused == nil {
			return h.keep(devices)
		}
	}
	if err := h.give(h.rules(nil)); err != nil {
		return err
	}
	if err := h.keep(nil); err != nil {
		return err
	}
	return fmt.Errorf("%w: %w", errFrames, refused)
}

func (h *holder) devices() ([]string, error) {
	links, err := netlink.Ports(h.Bridge)
	if err != nil {
		return nil, err
	}
	all := names(links)
	if at := slices.IndexFunc(all, unquotable); at >= 0 {
		return nil, fmt.Errorf("nft cannot name the link %q", all[at])
	}
	return all, nil
}

func (h *holder) give(rules string) error {
	_, err := command.Runner{}.Run(rules, "nft", "-f", "-")
	if err == nil {
		h.own++
	}
	return err
}

// keep notes what is in force now, for the looks that follow and for `lock check`, and says on which devices. These are those of the load: one that joined the bridge since then is in
// no rule yet, and the look that finds it has to find a difference.
func (h *holder) keep(devices []string) error {
	found, err := h.look()
	if err != nil {
		return err
	}
	found.devices = devices
	if err := h.held.write(found); err != nil {
		return fmt.Errorf("what is in force cannot be noted: %w", err)
	}
	h.say(contract.SaysShut + h.Client.said(found.devices))
	return nil
}

// budget is how many looks there may be.
type budget struct {
	left int
	at   time.Time
}

// take takes one, and says how long to wait before it: nothing while there is room. None is left out.
func (b *budget) take(now time.Time) time.Duration {
	if more := int(now.Sub(b.at) / refill); more > 0 {
		b.left = min(b.left+more, burst)
		b.at = b.at.Add(time.Duration(more) * refill)
	}
	if b.left == burst {
		b.at = now
	}
	// One that is waited for is taken from what comes.
	b.left--
	if b.left >= 0 {
		return 0
	}
	return time.Duration(-b.left)*refill - now.Sub(b.at)
}
