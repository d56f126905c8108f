// Package lock has the host's own kernel drop everything that comes from a client's inner bridge. It runs in the host's network namespace with NET_ADMIN and no other right, loads
// its rules, and loads them again whenever somebody removes them. It touches no table but the client's own.
package lock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"gatewayd/command"
	"gatewayd/contract"
	"gatewayd/netlink"
)

// Held is where it notes what it loaded.
const Held = "/run/held"

// errUsage is of words that mean nothing to it.
var errUsage = errors.New("usage: lock [check | remove]")

// Run does what the words say, and gives its status:
//
//	lock          loads the rules and watches them. The rules outlive this process: stopping or replacing it opens nothing.
//	lock check    says whether the rules are in force; waits for a lock that is just starting
//	lock remove   removes the rules, at the end of a destroy, when the bridge is gone
func Run(words []string, stdout, stderr io.Writer) int {
	err := run(words, stdout, stderr)
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, err)
		return 2
	case err != nil:
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func run(words []string, stdout, stderr io.Writer) error {
	does := append(words, "hold")[0]
	if len(words) > 1 || does != "hold" && does != "check" && does != "remove" {
		return errUsage
	}
	client := Client{Table: "agent-sandbox-" + os.Getenv(contract.EnvironmentClient), Bridge: os.Getenv(contract.EnvironmentBridge)}
	if os.Getenv(contract.EnvironmentClient) == "" || client.Bridge == "" && does != "remove" {
		return fmt.Errorf("lock: %s and %s have to be set", contract.EnvironmentClient, contract.EnvironmentBridge)
	}
	if err := client.valid(); err != nil {
		return err
	}
	switch does {
	case "check":
		return client.check(Held, stdout)
	case "remove":
		_, err := command.Runner{}.Run(client.removal(), "nft", "-f", "-")
		return err
	}
	return client.hold(Held, stdout, stderr)
}

func (c Client) hold(held note, stdout, stderr io.Writer) error {
	// Of this program there is one for each client, and it does nothing most of the time: memory counts, and not speed.
	debug.SetGCPercent(20)
	debug.SetMemoryLimit(16 << 20)
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGINT, syscall.SIGTERM)
	end := make(chan struct{})
	go func() {
		<-asked
		close(end)
	}()
	// Before the first load: what changes after it is told. Without it the engine starts it again, and the rules that an earlier one loaded hold.
	changes, err := netlink.ListenAbout(c.Table, c.Bridge)
	if err != nil {
		return fmt.Errorf("the kernel tells of no changes: %w", err)
	}
	defer changes.Close()
	h := &holder{
		Client:   c,
		held:     held,
		changes:  changes.C(),
		say:      func(line string) { fmt.Fprintln(stdout, line) },
		complain: func(line string) { fmt.Fprintln(stderr, line) },
	}
	return h.hold(end)
}

// check asks the kernel, ten seconds long: a lock may be starting, or repairing.
func (c Client) check(held note, stdout io.Writer) error {
	for range 100 {
		found, err := c.look()
		if err == nil && found.whole() && held.says(found) {
			fmt.Fprintln(stdout, contract.SaysShut+c.said(found.devices))
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the rules that shut %s for the host are not in force", c.Bridge)
}
