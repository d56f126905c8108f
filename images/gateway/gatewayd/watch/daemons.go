package watch

import (
	"fmt"
	"os"
	"slices"
	"time"

	"gatewayd/contract"
	"gatewayd/netlink"
	"gatewayd/policy"
	"gatewayd/proxy"
	"gatewayd/resolver"
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

// proxyIsLive is whether the one worker has the policy's maps. It also cuts what an old worker let through by the policy before, after the apply had cut: such a connection
// lasts until the next look at most.
func proxyIsLive() error {
	master := proxy.New().Within(2 * time.Second)
	if err := master.Check(); err != nil {
		return err
	}
	_, err := master.Cut()
	return err
}

func answers(server, name, want string) error {
	if said := resolver.Ask(server, name); said != want {
		return fmt.Errorf("%s says %q of %s, and not %q", server, said, name, want)
	}
	return nil
}

// resolverIsLive is whether the agent's resolver answers by the live policy, and refuses a name that is on no list.
func resolverIsLive(live policy.Live) error {
	if err := answers("127.0.0.1", live.Name(), "NOERROR "+os.Getenv(contract.EnvironmentInnerAddress)); err != nil {
		return err
	}
	return answers("127.0.0.1", "unlisted.invalid", "REFUSED")
}

// upstreamIsLive is whether the proxy's resolver answers for a name that it knows itself. Whether a resolver upstream answers is no fault of the gateway.
func upstreamIsLive() error {
	return answers(fmt.Sprintf("127.0.0.1:%d", contract.PortResolver), contract.LiveName, "NXDOMAIN")
}

// dialIsLive is whether who dials the company's proxy has its socket, or is not wanted.
func dialIsLive(live policy.Live) error {
	if !live.Dials {
		return nil
	}
	_, err := os.Stat(contract.Dial)
	return err
}

// WaitUntilLive waits up to 30 seconds until one worker and both resolvers answer by the policy.
func WaitUntilLive(live policy.Live) error {
	end := time.Now().Add(30 * time.Second)
	for {
		err := allLive(live)
		if err == nil || time.Now().After(end) {
			return err
		}
		time.Sleep(30 * time.Millisecond)
	}
}

func allLive(live policy.Live) error {
	if err := resolverIsLive(live); err != nil {
		return err
	}
	if err := upstreamIsLive(); err != nil {
		return err
	}
	if err := dialIsLive(live); err != nil {
		return err
	}
	workers, err := proxy.New().Workers()
	if err == nil && len(workers.Current) != 1 {
		err = fmt.Errorf("%d current workers", len(workers.Current))
	}
	return err
}

func (r *round) checkDaemons() error {
	repaired := false
	if err := soon(proxyIsLive); err != nil {
		r.endProxy()
		drift("proxy: "+err.Error(), "restarted")
		repaired = true
	}
	if soon(func() error { return resolverIsLive(r.live) }) != nil {
		if err := r.signal("k", "dns"); err != nil {
			return err
		}
		drift("the agent's resolver", "restarted")
		repaired = true
	}
	if soon(upstreamIsLive) != nil {
		if err := r.signal("k", "resolver"); err != nil {
			return err
		}
		drift("the proxy's resolver", "restarted")
		repaired = true
	}
	if repaired && WaitUntilLive(r.live) != nil {
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
