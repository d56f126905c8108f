package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/policy"
	"gatewayd/proxy"
)

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
	if jump := offset - before; jumped(jump) {
		if err := r.services().HangUp("resolver"); err != nil {
			return err
		}
		drift(fmt.Sprintf("the clock jumped by %d s", jump), "cached answers dropped")
	}
	return nil
}

// jumped is whether a clock that is another number of seconds away from the time since boot was set. One that is kept right by the network goes faster or slower, by less.
func jumped(seconds int64) bool { return seconds < -10 || seconds > 10 }

// checkLog writes an audit line with the number of lines that the proxy had no room for since the last look. The count falls when a worker ends.
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
		audit.Tell(contract.Line{Kind: "gateway", Verdict: "deny", Reason: "audit-lost", Count: lost})
	}
	return nil
}
