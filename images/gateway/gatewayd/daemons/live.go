// Package daemons asks the gateway's daemons whether they answer by the policy in force.
package daemons

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"gatewayd/contract"
	"gatewayd/policy"
	"gatewayd/proxy"
	"gatewayd/resolver"
)

// Proxy is whether the one worker has the policy's maps. It also cuts what an old worker let through by the policy before, after the apply had cut: such a connection lasts
// until the next look at most.
func Proxy() error {
	return proxy.New().Within(2 * time.Second).CheckAndCut()
}

// Resolver is whether the agent's resolver answers by the live policy, and refuses a name that is on no list.
func Resolver(live policy.Live) error {
	if err := answers("127.0.0.1", live.Name(), "NOERROR "+live.Gateway); err != nil {
		return err
	}
	return answers("127.0.0.1", "unlisted.invalid", "REFUSED")
}

// Upstream is whether the proxy's resolver answers for a name that it knows itself. Whether a resolver upstream answers is no fault of the gateway.
func Upstream() error {
	return answers(fmt.Sprintf("127.0.0.1:%d", contract.PortResolver), contract.LiveName, "NXDOMAIN")
}

func answers(server, name, want string) error {
	if said := resolver.Ask(server, name); said != want {
		return fmt.Errorf("%s says %q of %s, and not %q", server, said, name, want)
	}
	return nil
}

// Dialler is whether somebody listens who dials the company's proxy, or is not wanted. Asked of the kernel: a connection would wait behind those of an agent that has all its places.
func Dialler(live policy.Live) error {
	if !live.UpstreamProxy {
		return nil
	}
	sockets, err := os.ReadFile("/proc/net/unix")
	if err == nil && !listens(string(sockets), contract.Dial) {
		err = fmt.Errorf("nobody listens at %s", contract.Dial)
	}
	return err
}

// listens is whether a socket of that name has a listener, by the lines of /proc/net/unix: `Num RefCount Protocol Flags Type St Inode Path`. The name outlives who listened.
func listens(sockets, path string) bool {
	const accepts = 0x10000
	for line := range strings.Lines(sockets) {
		words := strings.Fields(line)
		if len(words) != 8 || words[7] != path {
			continue
		}
		if flags, err := strconv.ParseUint(words[3], 16, 32); err == nil && flags&accepts != 0 {
			return true
		}
	}
	return false
}

// WaitUntilLive waits up to 30 seconds until one new worker and both resolvers answer by the policy, the agent's with the new names. It usually takes 0.1 s; a daemon that hangs
// takes seconds to ask.
func WaitUntilLive(live policy.Live) error {
	end := time.Now().Add(30 * time.Second)
	for {
		err := all(live)
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the daemons do not answer by the policy: %w", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func all(live policy.Live) error {
	if err := Resolver(live); err != nil {
		return err
	}
	if err := Upstream(); err != nil {
		return err
	}
	if err := Dialler(live); err != nil {
		return err
	}
	workers, err := proxy.New().Workers()
	if err == nil && len(workers.Current) != 1 {
		err = fmt.Errorf("%d current workers", len(workers.Current))
	}
	return err
}
