package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/policy"
)

// UntilAsked is a context that ends when somebody asks this program to end.
func UntilAsked() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}

// Receive reads a policy, makes it the one in force, tells the audit, and says which policy is live. Why a policy is refused, and what is in force in its place, is in the error.
func Receive(asked context.Context, from io.Reader, out, beside io.Writer) error {
	if err := waitForSupervisor(); err != nil {
		return err
	}
	// It is read before its turn comes: a slow sender would keep the watchdog from its looks.
	text, err := io.ReadAll(io.LimitReader(from, Largest+1))
	if err != nil {
		return fmt.Errorf("the policy is refused: it could not be read: %w", err)
	}
	turn, err := policy.Here.TakeTurn(time.Minute)
	if errors.Is(err, policy.ErrBusy) {
		return errors.New("another apply is still at work")
	}
	if err != nil {
		return err
	}
	defer turn.Close()
	g := Here(turn)
	err = g.Apply(asked, text, func(why error) { fmt.Fprintf(beside, "the policy is refused: %v\n", why) })
	var refused *Refused
	if errors.As(err, &refused) {
		live, _ := g.Read()
		tell("policy", live.Hash, "deny", "refused")
		return errors.New(inItsPlace(refused, live))
	}
	if err != nil {
		return err
	}
	live, err := g.Read()
	if err != nil {
		return err
	}
	tell("policy", live.Hash, "allow", "live")
	if err := TellEnded(g.Place, live); err != nil {
		fmt.Fprintln(beside, err)
	}
	for _, grant := range live.Early(policy.Moment(time.Now().Unix())) {
		fmt.Fprintf(beside, "the grant of %s until %s is over: the time of this gateway was later once, and never goes back (docs/debug-a-gateway.md)\n", grant.Name, grant.Until)
	}
	_, err = fmt.Fprintln(out, strings.Replace(contract.SaysLive, "HASH", live.Hash, 1))
	return err
}

// inItsPlace says what is in force in the place of a policy that was refused.
func inItsPlace(refused *Refused, live policy.Live) string {
	switch {
	case refused.Shut:
		return fmt.Sprintf("no policy could be put back: everything is shut (%v)", refused.Why)
	case live.Hash == "":
		return "there is no policy yet: everything stays shut"
	}
	return "the last good one stays: " + live.Hash
}

// waitForSupervisor waits until the supervisor has all services: a gateway that was started a moment ago still empties and makes its directories, and what is written before that
// is lost.
func waitForSupervisor() error {
	services := Here(nil).services
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if services.Has("proxy") && services.Has("dns") && services.Has("resolver") {
			return nil
		}
		if time.Now().After(end) {
			return errors.New("the gateway does not start; its log says why")
		}
	}
}

// BeginHere tells the audit that the gateway starts, puts the saved policy in force before a supervisor starts the daemons that it is for, and tells which it is, or why there is none.
func BeginHere(beside io.Writer) error {
	g := Here(nil)
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	tell("gateway", name, "allow", "started")
	if _, err := os.Lstat(g.Saved()); errors.Is(err, os.ErrNotExist) {
		tell("policy", "", "deny", "none-yet")
		return nil
	}
	if err := g.Begin(); err != nil {
		fmt.Fprintf(beside, "the saved policy is not used: %v\n", err)
		tell("policy", "", "deny", "saved-policy-broken")
		return nil
	}
	live, err := g.Read()
	if err != nil {
		return err
	}
	tell("policy", live.Hash, "allow", "restored")
	if err := errors.Join(g.Keep(live.Grants, time.Now()), TellEnded(g.Place, live)); err != nil {
		fmt.Fprintln(beside, err)
	}
	return nil
}

// TellEnded writes an audit line for each grant that is over in the live policy and that the audit was not told of yet.
func TellEnded(place policy.Place, live policy.Live) error {
	return place.Tell(live, func(name string) { tell("grant", name, "allow", "ended") })
}

// tell writes an audit line. What cannot be told holds nothing up.
func tell(kind, name, verdict, reason string) {
	if err := audit.Send(contract.Line{Kind: kind, Name: name, Verdict: verdict, Reason: reason}); err != nil {
		fmt.Fprintf(os.Stderr, "an audit line is lost: %v\n", err)
	}
}
