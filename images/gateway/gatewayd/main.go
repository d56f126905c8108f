// gatewayd is the gateway's own program. What it does is its first word, or the name that it is called by.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"gatewayd/apply"
	"gatewayd/audit"
	"gatewayd/canary"
	"gatewayd/contract"
	"gatewayd/dial"
	"gatewayd/ear"
	"gatewayd/lock"
	"gatewayd/policy"
	"gatewayd/proxy"
	"gatewayd/resolver"
	"gatewayd/watch"
	"gatewayd/witness"
)

// roles are what it does, by name. Each takes the words after its name, and ends with a status.
var roles = map[string]func(words []string) int{
	"announce":     announce,
	"apply":        makeLive,
	"audit":        func(words []string) int { return failed(audit.Run(words)) },
	"begin":        begin,
	"canary":       func([]string) int { return canary.Run(os.Stdin, os.Stdout, os.Stderr) },
	"dial":         func([]string) int { return failed(dial.Run()) },
	"dns-query":    dnsQuery,
	"health":       health,
	"hear-packets": func(words []string) int { return failed(audit.Hear(words)) },
	"hear":         func(words []string) int { return ear.Run(words, os.Stdin, os.Stdout, os.Stderr) },
	"lock":         func(words []string) int { return lock.Run(words, os.Stdout, os.Stderr) },
	"proxyctl":     func(words []string) int { return failed(proxy.Control(words, os.Stdout)) },
	"surroundings": surroundings,
	"tell":         tell,
	"time":         gatewayTime,
	"watch":        func([]string) int { watch.Watch(); return 0 },
	"watchdog":     watchdog,
	"witness":      look,
}

func main() {
	// Go starts threads for each processor of a machine, and the container of one role may have 16 (hear; it has 5 now).
	runtime.GOMAXPROCS(1)
	// Go ends a program that writes to an output which nobody reads any more; what a role says is not worth that, least of all to the watchdog on its way to end the gateway.
	signal.Ignore(syscall.SIGPIPE)
	words := append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...)
	if words[0] == "gatewayd" && len(words) > 1 {
		words = words[1:]
	}
	role, ok := roles[words[0]]
	if !ok {
		fmt.Fprintln(os.Stderr, "usage: gatewayd "+strings.Join(slices.Sorted(maps.Keys(roles)), " | ")+" (docs/gatewayd.md)")
		os.Exit(2)
	}
	os.Exit(role(words[1:]))
}

func failed(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// watchdog makes one round now: repairs and reports, and prints what is live. Status 1: something does not answer (shut, not open).
func watchdog([]string) int {
	status, said := watch.Round()
	fmt.Println(said)
	return status
}

// health is the engine's health check: it prints what the last look saw.
func health([]string) int {
	status, said := watch.Health()
	fmt.Println(said)
	return status
}

// tell writes a line of the gateway's own into the audit.
func tell(words []string) int {
	if len(words) != 4 {
		return failed(errors.New("usage: tell KIND NAME VERDICT REASON"))
	}
	return failed(audit.Send(contract.Line{Kind: words[0], Name: words[1], Verdict: words[2], Reason: words[3]}))
}

// gatewayTime prints the gateway's time, in seconds since 1970.
func gatewayTime([]string) int {
	seconds, err := policy.Here.Time(time.Now())
	if err == nil {
		fmt.Println(seconds)
	}
	return failed(err)
}

// makeLive takes a policy on stdin and makes it the one in force, or says why not.
func makeLive([]string) int {
	asked, end := apply.UntilAsked()
	defer end()
	return failed(apply.Receive(asked, os.Stdin, os.Stdout, os.Stderr))
}

// begin puts the saved policy in force before anything listens, or tells the audit why it does not.
func begin([]string) int { return failed(apply.BeginHere(os.Stderr)) }

// surroundings prints what the engine gave this namespace, which the looks compare with what it was at the start.
func surroundings([]string) int {
	text, err := watch.Surroundings()
	fmt.Print(text)
	return failed(err)
}

// announce has the audit mark what the probes on stdin are about to cause.
func announce([]string) int { return failed(canary.Announce(policy.Here, os.Stdin)) }

// look prints what the kernel says of a container, and of the references on stdin.
func look([]string) int { return failed(witness.Look(witness.Here, os.Stdin, os.Stdout)) }

// dnsQuery asks each server for the A records of the name after it, and prints a line for each pair: the answer's code and addresses, or an empty line when no answer comes.
func dnsQuery(words []string) int {
	if len(words) == 0 || len(words)%2 != 0 {
		return failed(errors.New("usage: dns-query (SERVER[:PORT] NAME)..."))
	}
	for at := 0; at < len(words); at += 2 {
		fmt.Println(resolver.Ask(words[at], words[at+1]))
	}
	return 0
}
