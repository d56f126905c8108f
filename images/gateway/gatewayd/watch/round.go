// Package watch compares what runs with the live policy: packet rules, routes, files, maps, daemons. It repairs drift and writes an audit line for it. What it cannot repair
// ends the gateway.
package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gatewayd/apply"
	"gatewayd/contract"
	"gatewayd/daemons"
	"gatewayd/policy"
	"gatewayd/processes"
	"gatewayd/proxy"
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

// Round makes a full look and says how it ended: 0 is well, 1 shut or not answering.
func Round() (int, string) {
	if !supervised(policy.Here) {
		return 1, "the gateway is starting"
	}
	status, said, _ := look(policy.Here, &known{}, true)
	return status, said
}

// supervised is whether the supervisor has this program. Before it does, `entry` is still putting the policy in force.
func supervised(place policy.Place) bool { return (&round{place: place}).services().Has("watchdog") }

// hangs is longer than an apply takes that waits in vain for its daemons, and then for those of the policy before, in seconds.
const hangs = 120

// look has a turn and looks. It says how the gateway is, and whether it had its turn at all.
func look(place policy.Place, known *known, full bool) (status int, said string, had bool) {
	r := &round{place: place, known: known, full: full}
	turn, err := place.TakeTurn(3 * time.Second)
	switch {
	case errors.Is(err, policy.ErrBusy):
		// An apply that is at work checks the same things itself. One that hangs keeps this program from looking.
		if held := place.HeldFor(); held >= hangs {
			r.die(fmt.Sprintf("an apply that is at work for %d s", held))
		}
		status, said = 0, policy.ErrBusy.Error()
	case err != nil:
		status, said = 1, fmt.Sprintf("no turn to look: %v", err)
	default:
		defer turn.Close()
		r.turn, had = turn, true
		r.checkRoom()
		seen := goesOn(place)
		err := r.see()
		seen()
		status, said = 1, strings.ReplaceAll(err.Error(), "\n", " ")
		var end ended
		if errors.As(err, &end) {
			status = end.status
		}
	}
	if err := note(place, status, said); err != nil {
		r.die(place.Run + " is full")
	}
	return status, said, had
}

var room [1 << 16]byte

// checkRoom writes 64 KiB, more than a look frees, and empties the file at once. So a full disk is seen now, and is not hidden by the page that the last look's note took.
func (r *round) checkRoom() {
	next := filepath.Join(r.place.Run, "round.next")
	if err := os.WriteFile(next, room[:], 0o644); err != nil {
		r.die(r.place.Run + " is full")
	}
	if err := os.Truncate(next, 0); err != nil {
		r.die(r.place.Run + " is full")
	}
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
		for _, check := range []func() error{r.checkSurroundings, r.checkProcesses, r.checkShut} {
			if err := check(); err != nil {
				return err
			}
		}
	}
	r.readLive()
	checks := []func() error{
		r.checkRules, r.checkGrants, r.checkSurroundings, r.remember, r.checkProcesses, r.checkSaved, r.checkClock, r.checkDaemons, r.checkListeners, r.checkLog,
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

func (r *round) allRules() (string, error) { return r.run("", "nft", "--stateless", "list", "ruleset") }

// refresh reads the rules in words: after they were loaded, or where the kernel has not what it had.
func (r *round) refresh() (err error) {
	r.rules, err = r.allRules()
	r.full, r.same = true, false
	return err
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

// checkFinished undoes an apply that was killed at its work: the policy before it comes into force again.
func (r *round) checkFinished() error {
	if _, err := os.Lstat(r.place.Unfinished()); err != nil {
		return nil
	}
	if err := r.gateway().Restore(); err != nil {
		// What is shut is looked at below.
		fmt.Fprintln(os.Stderr, err)
	}
	if err := os.Remove(r.place.Unfinished()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	drift("an apply that was killed", "undone")
	return r.refresh()
}

func (r *round) checkProcesses() error {
	all, err := processes.Scan("/proc")
	if err != nil {
		return err
	}
	kept := processes.Kept(all)
	r.known.pids = r.known.pids[:0]
	for _, process := range kept {
		r.known.pids = append(r.known.pids, process.Pid)
	}
	found := false
	for _, stray := range processes.Strays(kept) {
		if syscall.Kill(stray.Pid, syscall.SIGKILL) != nil {
			continue
		}
		found = true
		drift(stray.How+" process "+stray.Name, "killed")
	}
	if live, err := r.place.Read(); found && err == nil {
		// What does not come back is found below.
		_ = daemons.WaitUntilLive(live)
	}
	return nil
}

// checkShut is for a gateway without a live policy, which has to be shut.
func (r *round) checkShut() error {
	if table, _ := ours(r.rules); !r.same && table != r.known.shut {
		if _, err := r.run("", "nft", "-f", apply.Baseline); err != nil {
			r.die("packet rules that cannot be loaded")
		}
		// The first time nobody here knows yet how the kernel prints them.
		if r.known.shut != "" || apply.DropsByDefault(table) != nil {
			drift(r.changedRules(), "reloaded")
		}
		if err := r.refresh(); err != nil {
			return err
		}
		r.known.shut, _ = ours(r.rules)
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

// readLive reads the live policy, unless its files are as they were when the look before read them.
func (r *round) readLive() {
	// Before it is read: a write that comes meanwhile is seen next time.
	print, err := r.place.Print()
	if err == nil && !r.full && print == r.known.files {
		r.live = r.known.live
		return
	}
	r.known.files = ""
	if err == nil {
		r.live, err = r.place.Read()
	}
	if err != nil || r.live.Verify() != nil {
		r.die("files of the policy")
	}
	r.known.files, r.known.live = print, r.live
}

// checkGrants ends grants whose end has come: the live policy is staged anew from its own text, now without their lines, and their open connections are cut. Here, before any
// check that may end the look. What fails shuts everything.
func (r *round) checkGrants() error {
	r.known.grant = time.Time{}
	if len(r.live.Grants) == 0 {
		return nil
	}
	if r.place.Keep(r.live.Grants, time.Now()) != nil {
		r.unkept = "the time cannot be noted in the volume"
	}
	seconds, err := r.place.Time(time.Now())
	if err != nil {
		r.die("a grant that cannot be ended")
	}
	if r.live.PeriodAt(policy.Moment(seconds)) != r.live.Period {
		if err := r.gateway().EndGrants(r.live); err != nil {
			fmt.Fprintln(os.Stderr, err)
			r.die("a grant that cannot be ended")
		}
		r.readLive()
		if err := r.refresh(); err != nil {
			return err
		}
	}
	if apply.TellEnded(r.place, r.live) != nil {
		r.unkept = "that a grant ended cannot be noted in the volume"
	}
	if end, ok := r.live.Next(policy.Moment(seconds)); ok {
		r.known.grant = time.Now().Add(time.Duration(end.Unix()-seconds) * time.Second)
	}
	return nil
}

func (r *round) checkSaved() error {
	// Before it is read: a write that comes meanwhile is seen next time.
	print, err := policy.Print(r.place.Saved())
	print += r.live.Hash
	if err == nil && !r.full && print == r.known.saved {
		return nil
	}
	if !r.place.IsSaved(r.live) {
		if err := r.gateway().SaveAgain(r.live); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return unwell("policy %s live, but it cannot be saved for a restart", r.live.Hash)
		}
		drift("the saved policy", "saved again")
		return nil
	}
	r.known.saved = print
	return nil
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

func (r *round) checkRules() error {
	if !r.full || r.same {
		return nil
	}
	kernel, err := r.live.Kernel()
	if err != nil {
		r.die("files of the policy")
	}
	if table, _ := ours(r.rules); table != kernel {
		if err := r.gateway().LoadRules(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			r.die("packet rules that cannot be loaded")
		}
		drift(r.changedRules(), "reloaded")
	}
	r.known.by = ""
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

// checkClock empties the resolver's cache after a jump of the clock. A cached answer lives until a time of day: after a jump back by a day, dnsmasq 2.91 went on with an answer
// that was good for a minute (measured with libfaketime). A hangup empties the cache.
func (r *round) checkClock() error {
	path := filepath.Join(r.place.Run, "clock")
	up, err := policy.Uptime()
	if err != nil {
		return err
	}
	offset := time.Now().Unix() - up
	before, err := policy.Number(path)
	if err != nil {
		before = offset
	}
	if err := os.WriteFile(path, fmt.Appendln(nil, offset), 0o644); err != nil {
		return err
	}
	if jump := offset - before; jump < -10 || jump > 10 {
		if err := r.services().HangUp("resolver"); err != nil {
			return err
		}
		drift(fmt.Sprintf("the clock jumped by %d s", jump), "cached answers dropped")
	}
	return nil
}

// checkLog writes an audit line with the number of lines that the proxy had no room for since the last look. The count starts again with a new worker.
func (r *round) checkLog() error {
	now, err := proxy.New().Dropped()
	if err != nil {
		// Whether the proxy answers is another check's.
		return nil
	}
	path := filepath.Join(r.place.Run, "dropped")
	before, err := policy.Number(path)
	if err != nil {
		before = 0
	}
	if err := os.WriteFile(path, fmt.Appendln(nil, now), 0o644); err != nil {
		return err
	}
	if lost := now - int(before); lost > 0 {
		tell(contract.Line{Kind: "gateway", Verdict: "deny", Reason: "audit-lost", Count: lost})
	}
	return nil
}
