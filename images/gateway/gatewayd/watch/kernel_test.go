package watch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewayd/apart"
	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/netlink"
	"gatewayd/policy"
)

const policyRules = `add table inet gateway
delete table inet gateway
table inet gateway {
  set private { type ipv4_addr; flags interval
    elements = { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }
  }
  chain input { type filter hook input priority filter; policy drop;
    iif lo accept
    tcp dport { 80, 443 } counter accept
  }
  chain output { type filter hook output priority filter; policy drop;
    ip daddr @private drop
  }
  chain forward { type filter hook forward priority filter; policy drop; }
}
`

func TestMain(m *testing.M) {
	audit.Pipe = os.DevNull
	apart.Main(m)
}

// gatewayOf is a gateway with a policy in force, in a network namespace of the test's own.
func gatewayOf(t testing.TB) *round {
	t.Helper()
	apart.Namespace(t)
	place := policy.Place{Run: t.TempDir(), Volume: t.TempDir()}
	folder := filepath.Join(place.Run, "policy.1")
	apart.Shell(t, "cd /proc/sys/net/ipv6/conf; echo 1 >all/disable_ipv6; echo 1 >default/disable_ipv6; ip link set lo up; ip link add eth0 type veth peer name eth1; ip link set eth0 up; ip link set eth1 up; ip address add 10.0.0.2/24 dev eth0")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(folder, place.Live()); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "rules.nft"), policyRules)
	write(t, filepath.Join(place.Run, "sides"), "inner=eth0\nouter=eth1\n")
	apart.Shell(t, "nft -f "+folder+"/rules.nft; nft add table ip nat; ip route add local 10.0.0.128/25 dev eth0; nft --stateless list table inet gateway >"+folder+"/rules.kernel")
	r := anew(place, &known{})
	rules, err := r.allRules()
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.surroundings(rules)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(place.Run, "surroundings"), text)
	return r
}

func anew(place policy.Place, known *known) *round {
	return &round{place: place, known: known, full: true}
}

// again looks at the kernel, and where it is not as it was, in words.
func (r *round) again(t testing.TB) *round {
	t.Helper()
	next := anew(r.place, r.known)
	if err := next.checkKernel(); err != nil {
		t.Fatal(err)
	}
	return next
}

// inWords finds all of it right, by programs.
func (r *round) inWords(t testing.TB) {
	t.Helper()
	before, err := os.ReadFile(filepath.Join(r.place.Run, "surroundings"))
	if err != nil {
		t.Fatal(err)
	}
	now, err := r.surroundings(r.rules)
	if err != nil || now != string(before) {
		t.Fatal(err, difference(split(string(before)), split(now), "gone: ", "new: "))
	}
	if err := r.remember(); err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A rule that somebody puts in each time that it is taken away is never what the policy's rules are compared with, and the gateway is not well meanwhile.
func TestRuleThatComesBack(t *testing.T) {
	r := gatewayOf(t)
	folder := r.place.Live()
	for name, text := range map[string]string{"hash": "00\n", "period": "\n", contract.BundleDeclared: "{}\n", "listeners": ""} {
		write(t, filepath.Join(folder, name), text)
	}
	r.again(t).inWords(t)
	nft, err := exec.LookPath("nft")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	wrapper := fmt.Sprintf("#!/bin/sh\n%s \"$@\" || exit\nif [ \"$1\" = -f ] && [ -e %[2]s/on ]; then %[1]s insert rule inet gateway output accept; fi\n", nft, bin)
	if err := os.WriteFile(filepath.Join(bin, "nft"), []byte(wrapper), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	note := readFile(t, folder+"/rules.kernel")
	write(t, filepath.Join(bin, "on"), "")
	apart.Shell(t, nft+" insert rule inet gateway output accept")
	for range 3 {
		next := r.again(t)
		if next.live, err = r.place.Read(); err != nil {
			t.Fatal(err)
		}
		if next.same {
			t.Error("it is as it was when it was right")
		}
		var how ended
		if err := next.checkRules(); !errors.As(err, &how) || how.status != 1 {
			t.Errorf("the look goes on: %v", err)
		}
		if now := readFile(t, folder+"/rules.kernel"); now != note {
			t.Errorf("noted as right: %s", now)
		}
	}
	if err := os.Remove(filepath.Join(bin, "on")); err != nil {
		t.Fatal(err)
	}
	next := r.again(t)
	if next.live, err = r.place.Read(); err != nil {
		t.Fatal(err)
	}
	if err := next.checkRules(); err != nil {
		t.Error(err)
	}
	if said, err := next.run("", "nft", "--stateless", "list", "table", "inet", "gateway"); err != nil || said != note {
		t.Errorf("%v: %s", err, said)
	}
}

func TestCheckKernel(t *testing.T) {
	r := gatewayOf(t)
	first := r.again(t)
	if first.same {
		t.Fatal("nobody looked at it in words yet")
	}
	first.inWords(t)
	if next := r.again(t); !next.same || next.rules != "" {
		t.Fatal("nothing changed")
	}
	for _, change := range []string{
		"nft insert rule inet gateway output accept", "nft flush chain inet gateway input", "nft delete element inet gateway private '{ 10.0.0.0/8 }'",
		"nft chain inet gateway input '{ policy accept; }'", "nft delete table inet gateway", "nft add chain inet gateway more",
		"nft insert rule inet gateway output accept comment '\"later\"'", "nft add table inet gateway '{ flags dormant; }'",
	} {
		apart.Shell(t, change)
		next := r.again(t)
		if !next.same {
			t.Errorf("%s: is not repaired", change)
		}
		if said, err := next.run("", "nft", "--stateless", "list", "table", "inet", "gateway"); err != nil || said != readFile(t, r.place.Live()+"/rules.kernel") {
			t.Errorf("%s: %v: %s", change, err, said)
		}
	}
	for change, back := range map[string]string{
		"ip route add 45.67.0.0/16 dev eth0":           "ip route delete 45.67.0.0/16 dev eth0",
		"nft add table ip other":                       "nft delete table ip other",
		"ip rule add from all lookup 7":                "ip rule delete from all lookup 7",
		"tc qdisc add dev eth0 clsact":                 "tc qdisc delete dev eth0 clsact",
		"ip address add 45.67.8.9/32 dev eth0":         "ip address delete 45.67.8.9/32 dev eth0",
		"ip -6 rule add from all lookup 7":             "ip -6 rule delete from all lookup 7",
		"ip route delete local 10.0.0.128/25 dev eth0": "ip route add local 10.0.0.128/25 dev eth0",
	} {
		apart.Shell(t, change)
		if next := r.again(t); next.same || next.rules == "" {
			t.Errorf("%s: is not seen", change)
		}
		apart.Shell(t, back)
		if !r.again(t).same {
			t.Errorf("%s: is another", back)
		}
	}
	apart.Shell(t, "nft flush chain inet gateway input; touch "+r.place.Unfinished())
	if next := r.again(t); next.same || strings.Contains(next.rules, "dport") {
		t.Error("what an apply that was killed left is repaired before it is undone")
	}
	apart.Shell(t, "rm "+r.place.Unfinished())
	if !r.again(t).same {
		t.Error("it is not repaired")
	}
	write(t, filepath.Join(r.place.Run, "surroundings"), "")
	if r.again(t).same {
		t.Error("what it is compared with is another file")
	}
}

// TestRememberTwice is a change while programs looked.
func TestRememberTwice(t *testing.T) {
	r := gatewayOf(t)
	first := r.again(t)
	apart.Shell(t, "nft add rule inet gateway output accept")
	first.inWords(t)
	if r.known.good != (good{}) {
		t.Error("a change that came meanwhile is right")
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFiltersOf(t *testing.T) {
	said := filtersOf(strings.Split("qdisc noqueue 0: dev lo root refcnt 2\nqdisc clsact ffff: dev eth0 parent ffff:fff1\nqdisc prio 1: dev eth1 root refcnt 2 bands 3\nqdisc\nqdisc x 0: dev\nqdisc ingress ffff: dev eth2", "\n"))
	var lines []string
	for _, words := range said {
		lines = append(lines, strings.Join(words, " "))
	}
	if !slices.Equal(lines, []string{"dev eth0 ingress", "dev eth0 egress", "dev eth1", "dev eth2 ingress"}) {
		t.Errorf("%q", lines)
	}
}

// BenchmarkRepair says how long a rule that somebody added is there: from the moment that nft, which added it, has ended.
func BenchmarkRepair(b *testing.B) {
	r := gatewayOf(b)
	r.again(b).inWords(b)
	changes, err := netlink.Listen()
	if err != nil {
		b.Fatal(err)
	}
	defer changes.Close()
	var took []time.Duration
	for b.Loop() {
		apart.Shell(b, "exec nft insert rule inet gateway output accept")
		ended := time.Now()
		for change := range changes.C() {
			if change.Rules {
				break
			}
		}
		turn, err := r.place.TakeTurn(time.Second)
		if err != nil {
			b.Fatal(err)
		}
		next := anew(r.place, r.known)
		next.turn = turn
		next.checkRoom()
		if err := next.checkKernel(); err != nil || !next.same {
			b.Fatal(err, "it is not repaired")
		}
		took = append(took, time.Since(ended))
		turn.Close()
		<-changes.C()
	}
	slices.Sort(took)
	milliseconds := func(took time.Duration) float64 { return float64(took) / float64(time.Millisecond) }
	b.ReportMetric(milliseconds(took[len(took)/2]), "ms/median")
	b.ReportMetric(milliseconds(took[len(took)-1]), "ms/worst")
}

func BenchmarkFullLookSame(b *testing.B) {
	r := gatewayOf(b)
	r.again(b).inWords(b)
	for b.Loop() {
		if !r.again(b).same {
			b.Fatal("it is another")
		}
	}
}

func BenchmarkFullLookInWords(b *testing.B) {
	r := gatewayOf(b)
	for b.Loop() {
		next := r.again(b)
		if _, err := next.surroundings(next.rules); err != nil {
			b.Fatal(err)
		}
	}
}
