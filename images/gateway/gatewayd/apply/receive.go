package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"gatewayd/contract"
	"gatewayd/policy"
)

// UntilAsked is a context that ends when somebody asks this program to end.
func UntilAsked() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
}

// Receive reads a policy, makes it the one in force, and says which policy is live. Why a policy is refused, and what is in force in its place, is in the error.
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
		g.tell(contract.Line{Kind: "policy", Name: live.Hash, Verdict: "deny", Reason: "refused"})
		return errors.New(inItsPlace(refused, live))
	}
	if err != nil {
		return err
	}
	live, err := g.Read()
	if err != nil {
		return err
	}
	if err := g.TellEnded(live); err != nil {
		fmt.Fprintln(beside, err)
	}
	for _, grant := range live.Early(policy.Moment(time.Now().Unix())) {
		if grant.Name == contract.Everything {
			fmt.Fprintf(beside, "everything is shut, for the end of the sandbox (expires, %s) has come: the time of this gateway was later once, and never goes back (docs/debug-a-gateway.md)\n", grant.Until)
			continue
		}
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
