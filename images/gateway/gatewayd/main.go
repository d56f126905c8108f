// gatewayd is the gateway's own program. What it does is its first word, or the name that it is called by.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/netlink"
	"gatewayd/policy"
	"gatewayd/proxy"
	"gatewayd/resolver"
	"gatewayd/watch"
)

// roles are what it does, by name. Each takes the words after its name, and ends with a status.
var roles = map[string]func(words []string) int{
	"audit":        func(words []string) int { return failed(audit.Run(words)) },
	"await":        await,
	"dns-query":    dnsQuery,
	"health":       health,
	"hear-packets": hearPackets,
	"keep-time":    keepTime,
	"proxyctl":     proxyctl,
	"surroundings": surroundings,
	"tell":         tell,
	"tell-early":   tellEarly,
	"tell-ended":   tellEnded,
	"time":         gatewayTime,
	"watch":        func([]string) int { watch.Watch(); return 0 },
	"watchdog":     watchdog,
}

func main() {
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

// hearPackets opens the socket of what packet rules log, and becomes another program, which has the socket and needs no rights: {} in its words is the socket's number.
// Without a socket it becomes the program all the same, without the words that have it: the rest of the audit does not end with the packets.
func hearPackets(words []string) int {
	if len(words) < 2 {
		return failed(errors.New("usage: hear-packets PROGRAM WORD..."))
	}
	// The group that the rules log to (gateway/render/nft.ts).
	fd, err := netlink.HearPackets(1)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		words = slices.DeleteFunc(words, func(word string) bool { return strings.Contains(word, "{}") })
	}
	for at, word := range words {
		words[at] = strings.ReplaceAll(word, "{}", strconv.Itoa(fd))
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return failed(err)
	}
	return failed(os.NewSyscallError("exec "+words[0], syscall.Exec(path, words, os.Environ())))
}

// await waits until one worker and both resolvers answer by the live policy.
func await([]string) int {
	live, err := policy.Here.Read()
	if err == nil && watch.WaitUntilLive(live) != nil {
		err = errors.New("the daemons do not answer by the policy")
	}
	return failed(err)
}

// gatewayTime prints the gateway's time, in seconds since 1970.
func gatewayTime([]string) int {
	seconds, err := policy.Here.Time(time.Now())
	if err == nil {
		fmt.Println(seconds)
	}
	return failed(err)
}

// keepTime notes the gateway's time in the volume, as long as a grant of the policy in a folder is to end.
func keepTime(words []string) int {
	if len(words) != 1 {
		return failed(errors.New("usage: keep-time FOLDER"))
	}
	staged, err := policy.Staged(words[0])
	if err == nil {
		err = policy.Here.Keep(staged, time.Now())
	}
	return failed(err)
}

// tellEnded writes an audit line for each grant that is over in the live policy and that the audit was not told of yet.
func tellEnded([]string) int {
	live, err := policy.Here.Read()
	if err == nil {
		err = watch.TellEnded(policy.Here, live)
	}
	return failed(err)
}

// tellEarly says which grants of the live policy are over by the gateway's time and not by the clock of the day.
func tellEarly([]string) int {
	live, err := policy.Here.Read()
	for _, grant := range live.Early(policy.Moment(time.Now().Unix())) {
		fmt.Printf("the grant of %s until %s is over: the time of this gateway was later once, and never goes back (docs/debug-a-gateway.md)\n", grant.Name, grant.Until)
	}
	return failed(err)
}

// surroundings prints what the engine gave this namespace, which the looks compare with what it was at the start.
func surroundings([]string) int {
	text, err := watch.Surroundings()
	fmt.Print(text)
	return failed(err)
}

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

var verbs = map[string]func(proxy.Master) error{
	"reload": proxy.Master.Reload,
	"check":  proxy.Master.Check,
	"cut": func(master proxy.Master) error {
		lines, err := master.Cut()
		for _, line := range lines {
			fmt.Println(line)
		}
		return err
	},
	"workers": func(master proxy.Master) error {
		workers, err := master.Workers()
		if err == nil {
			fmt.Println(len(workers.Current))
		}
		return err
	},
	"dropped": func(master proxy.Master) error {
		count, err := master.Dropped()
		if err == nil {
			fmt.Println(count)
		}
		return err
	},
}

// proxyctl speaks with the proxy's master:
//
//	reload   starts a worker with the files as they are; the old worker goes on with its connections
//	cut      ends the open connections whose line is gone from the policy, and prints each as kind/line
//	workers  prints how many workers have current files (1 when all is well)
//	dropped  prints how many lines of their log the running workers had no room for
//	check    checks that there is one current worker and that its maps are those of the files; else says what is wrong
func proxyctl(words []string) int {
	for _, word := range words {
		if verbs[word] == nil {
			words = nil
		}
	}
	if len(words) == 0 {
		return failed(errors.New("usage: proxyctl (reload | cut | workers | dropped | check)..."))
	}
	master := proxy.New()
	if slices.Contains(words, "check") {
		master = master.Within(2 * time.Second)
	}
	for _, word := range words {
		if err := verbs[word](master); err != nil {
			return failed(err)
		}
	}
	return 0
}
