package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/policy"
)

// checkFinished undoes an apply that was killed at its work: the saved policy comes into force again, which is its own where it had come that far.
func (r *round) checkFinished() error {
	hash, err := os.ReadFile(r.place.Unfinished())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := r.gateway().Restore(); err != nil {
		// What is shut is looked at below.
		fmt.Fprintln(os.Stderr, err)
	}
	if err := os.Remove(r.place.Unfinished()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if live, err := r.place.Read(); err == nil && live.Hash == string(hash) {
		// It was killed when its policy was saved already, and may not have told.
		audit.Tell(contract.Line{Kind: "policy", Name: live.Hash, Verdict: "allow", Reason: "live"})
	} else {
		drift("an apply that was killed", "undone")
	}
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
// check of the policy in force that may end the look. What fails shuts everything.
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
		// What somebody changed is told before it is loaded over.
		changed := r.checkRules()
		if err := r.gateway().EndGrants(r.live); err != nil {
			fmt.Fprintln(os.Stderr, err)
			r.die("a grant that cannot be ended")
		}
		r.readLive()
		if err := errors.Join(changed, r.refresh()); err != nil {
			return err
		}
	}
	if r.gateway().TellEnded(r.live) != nil {
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
