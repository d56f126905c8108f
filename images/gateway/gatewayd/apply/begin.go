package apply

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"gatewayd/contract"
	"gatewayd/policy"
)

// BeginHere tells the audit that the gateway starts, puts the saved policy in force before a supervisor starts the daemons that it is for, and tells which it is, or why there is none.
func BeginHere(beside io.Writer) error {
	g := Here(nil)
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	g.tell(contract.Line{Kind: "gateway", Name: name, Verdict: "allow", Reason: "started"})
	if _, err := os.Lstat(g.Saved()); errors.Is(err, os.ErrNotExist) {
		g.tell(contract.Line{Kind: "policy", Verdict: "deny", Reason: "none-yet"})
		return nil
	}
	if err := g.Begin(); err != nil {
		fmt.Fprintf(beside, "the saved policy is not used: %v\n", err)
		g.tell(contract.Line{Kind: "policy", Verdict: "deny", Reason: "saved-policy-broken"})
		return nil
	}
	live, err := g.Read()
	if err != nil {
		return err
	}
	g.tell(contract.Line{Kind: "policy", Name: live.Hash, Verdict: "allow", Reason: "restored"})
	if err := g.TellEnded(live); err != nil {
		fmt.Fprintln(beside, err)
	}
	return nil
}

// Begin puts the saved policy in force for daemons that a supervisor starts afterwards. When it does not hold, everything is shut.
func (g Gateway) Begin() error {
	bundle, err := g.ReadSaved()
	if err == nil {
		// Before it is in force, as in an apply. That there is no room for the note is the looks' to say.
		if err := g.Keep(bundle.Declared.Grants, time.Now()); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		_, err = g.renew(bundle)
	}
	if err == nil {
		err = g.allow(bundle)
	}
	if err == nil {
		err = g.noteRead()
	}
	if err != nil {
		return errors.Join(err, g.shut())
	}
	return nil
}

func (g Gateway) allow(bundle policy.Bundle) error {
	wanted := []string{"resolver", "dns", "proxy"}
	if bundle.Declared.UpstreamProxy {
		wanted = append(wanted, "dial")
	}
	return each(wanted, g.services.Allow)
}

// TellEnded writes an audit line for each grant that is over in the live policy and that the audit was not told of yet, and one for the end of the sandbox itself.
func (g Gateway) TellEnded(live policy.Live) error {
	return g.Tell(live, func(name string) {
		if name == contract.Everything {
			g.tell(contract.Line{Kind: "policy", Name: live.Hash, Verdict: "deny", Reason: "expired"})
			return
		}
		g.tell(contract.Line{Kind: "grant", Name: name, Verdict: "allow", Reason: "ended"})
	})
}
