package apply

import (
	"errors"
	"fmt"
	"time"

	"gatewayd/daemons"
	"gatewayd/policy"
	"gatewayd/proxy"
)

// running are the daemons that run here.
type running struct{}

// Grow is no failure where it does not succeed: a new worker follows then, which knows nothing of what this one was given.
func (running) Grow() bool {
	grown, err := proxy.New().Grow()
	return err == nil && grown
}

// Reload waits up to ten seconds for the proxy's master. A proxy that came up with its container a moment ago has none yet, and a policy may be handed over just then (seen on a
// busy machine: "the proxy's master is not there").
func (running) Reload() error {
	for end := time.Now().Add(10 * time.Second); ; {
		err := proxy.New().Reload()
		if !errors.Is(err, proxy.ErrNotThere) || time.Now().After(end) {
			return err
		}
	}
}

func (running) Wait(live policy.Live) error { return daemons.WaitUntilLive(live) }

// Cut tries for four seconds: a worker that came up a moment ago answers late.
func (running) Cut() error {
	for end := time.Now().Add(4 * time.Second); ; time.Sleep(250 * time.Millisecond) {
		_, err := proxy.New().Cut()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("connections could not be cut: %w", err)
		}
	}
}
