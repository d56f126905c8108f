package watch

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"time"

	"gatewayd/files"
	"gatewayd/netlink"
	"gatewayd/policy"
	"gatewayd/processes"
)

const (
	// How often is looked at what nobody tells of: stopped processes, a full disk, the clock, what daemons answer.
	tick = 10 * time.Second
	// How soon after a look that did not end well, and how often where the kernel tells of nothing.
	soonAgain = 5 * time.Second
	// How often everything is looked at, told or not. Each gateway has a moment of its own, so that fifty of them do not look at once.
	everything = 60 * time.Second
	// How long changes are let come together: a link that comes is told of in several pieces. A load of packet rules is told of when all of it is there.
	together = 10 * time.Millisecond
	// How long a daemon that ended is given to come back.
	comingBack = time.Second
	// How many looks at everything may follow one another without a tick between them. Somebody who changes things all the while gets one a tick after that, as the audit does. A
	// repair is a change as well, and has a look that finds nothing after it: these are ten repairs.
	burst = 20
)

// Watch looks at the gateway for ever: at once when the kernel tells of a change, and now and then in any case.
func Watch() {
	place := policy.Here
	for !supervised(place) {
		time.Sleep(50 * time.Millisecond)
	}
	// Of this program there is one for each client, and it does nothing most of the time: memory counts, and not speed.
	debug.SetGCPercent(20)
	changes, err := netlink.Listen()
	deaf := err != nil
	if deaf {
		fmt.Fprintf(os.Stderr, "the kernel tells of no changes (%v): everything is looked at every %s\n", err, soonAgain)
	}
	// Of these a machine's root has 128 at most (fs.inotify.max_user_instances), all gateways' together. Without one, files are looked at from outside in each look.
	written, err := files.Watch(place)
	if err != nil {
		fmt.Fprintf(os.Stderr, "the kernel tells of no files (%v): they are looked at every %s\n", err, tick)
	}
	ends := processes.NewEnds()
	known := &known{}
	full, left := true, burst
	slow := time.Now()
	for {
		if full {
			slow = time.Now().Add(everything - tick/2 + rand.N(tick))
		}
		written.Follow()
		status, _, had := look(place, known, full)
		if full && had {
			// What a look at everything needed is given back, for the next is a minute away.
			debug.FreeOSMemory()
			// One that did not end well may not have come to all of it.
			full = status != 0
		}
		ends.Follow(known.pids)
		next := due(time.Now(), had && status == 0, deaf, slow, known.grant)
		timer := time.NewTimer(time.Until(next))
		whole := false
		for waiting := true; waiting; {
			select {
			case change := <-changes.C():
				full, whole = true, change.Rules
				known.hear(change)
			case <-written.C():
				full = true
			case pid := <-ends.C():
				ends.Forget(pid)
				if soonest := time.Now().Add(comingBack); soonest.Before(next) {
					next = soonest
					timer.Reset(comingBack)
				}
			case <-timer.C:
				waiting = false
				left = min(left+1, burst)
			}
			// After a look that did not end well the next one is some seconds later: its own attempts to mend are changes, too.
			if waiting && full && left > 0 && status == 0 {
				left--
				timer.Stop()
				if !whole {
					time.Sleep(together)
				}
				gather(changes.C(), written.C(), known)
				waiting = false
			}
		}
		full = full || deaf || !time.Now().Before(slow)
	}
}

// due is when the next look is, if nobody tells of anything: after one that was well, or for somebody who is told of nothing. A grant that ends is looked at then, and at once where
// it ended while a look was at work. One that was not well did not come to all of it: it is made again soon, and not at once, whatever ended.
func due(now time.Time, well, deaf bool, slow, grant time.Time) time.Time {
	next := now.Add(tick)
	if !well || deaf {
		next = now.Add(soonAgain)
	}
	if well && slow.Before(next) {
		next = slow
	}
	if !grant.IsZero() && grant.Before(next) && (well || grant.After(now)) {
		next = grant
	}
	return next
}

// gather takes all that was told until now: one look sees it all.
func gather(changes <-chan netlink.Change, written <-chan struct{}, known *known) {
	for {
		select {
		case change := <-changes:
			known.hear(change)
		case <-written:
		default:
			return
		}
	}
}

// hear notes who changed packet rules.
func (k *known) hear(change netlink.Change) {
	if change.By != "" {
		k.by = fmt.Sprintf("%s (process %d of the machine)", change.By, change.Pid)
	}
}
