package watch

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"gatewayd/contract"
	"gatewayd/daemons"
	"gatewayd/netlink"
	"gatewayd/processes"
)

// soon tries for four seconds, and twice at least: a daemon that died is on its way up (a second of the supervisor's, and a start of haproxy's), and a busy machine answers late.
func soon(try func() error) error {
	end := time.Now().Add(4 * time.Second)
	for tries := 1; ; tries++ {
		err := try()
		if err == nil || tries > 1 && time.Now().After(end) {
			return err
		}
		time.Sleep(250 * time.Millisecond)
	}
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

func (r *round) checkDaemons() error {
	repaired := false
	if err := soon(daemons.Proxy); err != nil {
		r.endProxy()
		drift("proxy: "+err.Error(), "restarted")
		repaired = true
	}
	if soon(func() error { return daemons.Resolver(r.live) }) != nil {
		if err := r.services().Kill("dns"); err != nil {
			return err
		}
		drift("the agent's resolver", "restarted")
		repaired = true
	}
	if soon(daemons.Upstream) != nil {
		if err := r.services().Kill("resolver"); err != nil {
			return err
		}
		drift("the proxy's resolver", "restarted")
		repaired = true
	}
	if soon(func() error { return daemons.Dialler(r.live) }) != nil {
		// It may be down, which the others are never told to be while a policy is in force.
		if err := errors.Join(r.services().Kill("dial"), r.services().Up("dial")); err != nil {
			return err
		}
		drift("who dials the company's proxy", "restarted")
		repaired = true
	}
	if repaired && daemons.WaitUntilLive(r.live) != nil {
		return unwell("policy %s, and its daemons do not answer by it", r.live.Hash)
	}
	return nil
}

// endProxy kills all that the proxy's user runs: the workers too, and so the connections that they let through.
func (r *round) endProxy() {
	user := fmt.Sprint(contract.UserProxy)
	if _, err := r.run("", "setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--no-new-privs", "bash", "-c", "kill -KILL -1"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// listeners says who listens. Another process on the same port would get a part of the connections: the kernel shares them out (SO_REUSEPORT).
func listeners() ([]string, error) {
	all, err := netlink.Listeners()
	if err != nil {
		return nil, err
	}
	return counted(all), nil
}

// counted are the sockets that a policy has to say, in order.
func counted(all []netlink.Listener) []string {
	var found []string
	for _, listener := range all {
		// The engine's own resolver.
		if listener.At.Addr().String() == "127.0.0.11" && listener.Device == 0 {
			continue
		}
		// Sockets of questions that are under way are on other ports.
		if port := int(listener.At.Port()); listener.Kind == "udp" && port != contract.PortDns && port != contract.PortResolver {
			continue
		}
		found = append(found, listener.String())
	}
	slices.Sort(found)
	return found
}

func (r *round) checkListeners() error {
	var now []string
	for range 20 {
		var err error
		if now, err = listeners(); err != nil {
			return err
		}
		if slices.Equal(now, r.live.Listeners) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	r.die(difference(r.live.Listeners, now, "nobody listens: ", "somebody else listens: "))
	return nil
}
