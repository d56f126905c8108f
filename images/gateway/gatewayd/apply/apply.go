package apply

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"gatewayd/contract"
	"gatewayd/policy"
)

// Largest is how many bytes a policy may have. One of 10,000 names has 1 MiB.
const Largest = 4 << 20

// Refused is a policy that did not come into force, and what is in force in its place.
type Refused struct {
	// In which state it was.
	At  State
	Why error
	// Where the policy before could not be put back, the gateway is shut.
	Shut bool
}

func (r *Refused) Error() string { return "the policy is refused: " + r.Why.Error() }
func (r *Refused) Unwrap() error { return r.Why }

// attempt is a policy on its way.
type attempt struct {
	Gateway
	state   State
	bundle  policy.Bundle
	staged  policy.Staged
	refused func(why error)
	// Tests end the program here, at each state.
	reached func(State)
}

// Apply makes a policy the one in force, and saves it. It is checked whole before anything is touched; whatever goes wrong, the last good policy stays. Open connections that are
// still allowed go on; connections of removed lines are cut, and each leaves an audit line of its own, with the bytes it carried.
// Whoever asks the context to end has it refused. Why it is refused is told before the policy before is put back, which may take a minute.
func (g Gateway) Apply(asked context.Context, text []byte, refused func(why error)) error {
	a := attempt{Gateway: g, reached: func(State) {}, refused: refused}
	return a.apply(asked, text)
}

func (a *attempt) apply(asked context.Context, text []byte) error {
	steps := []struct {
		to State
		do func() error
	}{
		{Staged, func() error { return a.stage(text) }},
		{Checked, func() error { return a.check(a.staged) }},
		{Applying, a.begin},
		{Live, a.force},
		{Saved, a.Save},
	}
	for _, step := range steps {
		err := step.do()
		// After it is saved nobody's wish to end it counts any more.
		if err == nil && step.to != Saved {
			err = asked.Err()
		}
		if err != nil {
			return a.back(err)
		}
		a.state = step.to
		a.reached(a.state)
	}
	a.noteTaken(a.staged)
	hash := a.bundle.Hash()
	// Before the mark goes: of one that is killed here the watchdog tells.
	a.tell(contract.Line{Kind: "policy", Name: hash, Verdict: "allow", Reason: "live"})
	if err := os.Remove(a.Unfinished()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return a.removeOlder()
}

func (a *attempt) stage(text []byte) (err error) {
	if len(text) > Largest {
		return fmt.Errorf("the bundle is larger than %d bytes", Largest)
	}
	if a.bundle, err = policy.ReadBundle(text); err != nil {
		return err
	}
	a.staged, err = a.stageHere(a.bundle)
	return err
}

// stageHere stages a policy for this gateway, with the lines that hold now.
func (g Gateway) stageHere(bundle policy.Bundle) (policy.Staged, error) {
	if err := bundle.Belongs(os.Getenv(contract.EnvironmentClient), os.Getenv(contract.EnvironmentInnerAddress)); err != nil {
		return policy.Staged{}, err
	}
	machine, err := g.Machine()
	if err != nil {
		return policy.Staged{}, err
	}
	now, err := g.Time(time.Now())
	if err != nil {
		return policy.Staged{}, err
	}
	return g.Stage(bundle, machine, policy.Moment(now))
}

// begin is the last that touches nothing.
func (a *attempt) begin() error {
	err := a.SaveNext(a.bundle)
	if err == nil {
		err = a.Keep(a.bundle.Declared.Grants, time.Now())
	}
	if err == nil {
		err = os.WriteFile(a.Unfinished(), []byte(a.bundle.Hash()), 0o644)
	}
	if err != nil {
		return fmt.Errorf("it could not be saved: %w", err)
	}
	return nil
}

func (a *attempt) force() error {
	if err := a.putLive(a.staged); err != nil {
		return err
	}
	if err := a.start(a.turnProxy); err != nil {
		return err
	}
	return a.daemons.Cut()
}

// back puts the policy before back. When this program is killed outright, the watchdog finds the mark and does it.
func (a *attempt) back(why error) error {
	refused := &Refused{At: a.state, Why: why}
	a.refused(why)
	a.ForgetNext()
	if a.state >= Applying {
		if err := a.Restore(); err != nil {
			refused.Shut = true
			refused.Why = errors.Join(why, err)
		}
	}
	if a.staged.Folder != "" {
		os.RemoveAll(a.staged.Folder)
	}
	os.Remove(a.Unfinished())
	return refused
}
