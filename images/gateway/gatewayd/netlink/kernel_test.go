package netlink

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// inNamespace gives the test a network namespace of its own, whose rules and links are nobody else's. The thread ends with the test.
func inNamespace(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("for root alone")
	}
	for _, program := range []string{"nft", "ip", "tc"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Skip(err)
	}
	run(t, "ip link set lo up; ip link add eth0 type veth peer name eth1; ip link set eth0 up; ip link set eth1 up; ip address add 10.0.0.2/24 dev eth0")
	load(t)
}

// try runs a line of shell that a kernel may have no module for.
func try(t testing.TB, line string) bool {
	t.Helper()
	said, err := exec.Command("sh", "-ec", line).CombinedOutput()
	switch {
	case err == nil:
		return true
	case slices.ContainsFunc([]string{"No such file", "not found", "not supported", "Unknown device type"}, func(word string) bool { return strings.Contains(string(said), word) }):
		return false
	}
	t.Fatalf("%s: %v: %s", line, err, said)
	return false
}

// run runs a line of shell.
func run(t testing.TB, line string) {
	t.Helper()
	if said, err := exec.Command("sh", "-ec", line).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", line, err, said)
	}
}

const ownRules = `add table inet gateway
delete table inet gateway
table inet gateway {
  set private { type ipv4_addr; flags interval
    elements = { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 } }
  set resolvers { type ipv4_addr
    elements = { 1.1.1.1, 8.8.8.8, 9.9.9.9, 8.8.4.4 } }
  map ways { type inet_service : verdict
    elements = { 80 : accept, 443 : accept } }
  set held { type ipv4_addr; flags timeout
    elements = { 7.7.7.7 timeout 1h } }
  set met { type ipv4_addr; size 16; flags dynamic, timeout; timeout 1h; }
  counter every { }
  quota some { over 1 mbytes }
  chain input { type filter hook input priority filter; policy drop;
    iif lo accept
    ct state invalid counter drop
    iifname "eth0" ip saddr != 10.0.0.3 limit rate 20/second burst 60 packets log group 1
    tcp dport vmap @ways
    tcp dport { 53, 853 } counter name "every" accept
  }
  chain output { type filter hook output priority filter; policy drop;
    oif lo counter quota name "some" drop
    oif lo counter add @met { ip daddr } accept
    oif lo quota over 1 kbytes accept
    ip daddr @private drop comment "private"
    ip daddr @resolvers udp dport 53 accept;
  }
  chain forward { type filter hook forward priority filter; policy drop; }
}
`

const otherRules = `table ip nat {
  chain OUTPUT { type nat hook output priority -100; policy accept;
    ip daddr 127.0.0.11 tcp dport 53 counter dnat to 127.0.0.11:40000;
  }
}
`

func load(t testing.TB) {
	t.Helper()
	nft(t, ownRules)
	nft(t, "add table ip nat\ndelete table ip nat\n"+otherRules)
}

func nft(t testing.TB, rules string) {
	t.Helper()
	command := exec.Command("nft", "-f", "-")
	command.Stdin = strings.NewReader(rules)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
}

var gateway = Table{Inet, "gateway"}

type state struct{ own, others, routing Digest }

func now(t testing.TB) (s state) {
	t.Helper()
	var err error
	if s.own, s.others, err = Rules(gateway); err != nil {
		t.Fatal(err)
	}
	if s.routing, err = Routing(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEachChangeIsSeen(t *testing.T) {
	inNamespace(t)
	for _, change := range []struct{ line, where string }{
		{"nft add rule inet gateway output accept", "own"},
		{"nft insert rule inet gateway input ip daddr 45.67.8.9 accept", "own"},
		{"nft flush chain inet gateway input", "own"},
		{"nft flush table inet gateway", "own"},
		{"nft delete table inet gateway", "own"},
		{"nft chain inet gateway input '{ policy accept; }'", "own"},
		{"nft add chain inet gateway more", "own"},
		{"nft add chain inet gateway pre '{ type filter hook prerouting priority raw; policy accept; }'", "own"},
		{"nft add element inet gateway private '{ 45.67.0.0/16 }'", "own"},
		{"nft delete element inet gateway private '{ 10.0.0.0/8 }'", "own"},
		{"nft delete element inet gateway resolvers '{ 8.8.8.8 }'", "own"},
		{"nft add element inet gateway resolvers '{ 6.6.6.6 }'", "own"},
		{"nft add element inet gateway ways '{ 22 : accept }'", "own"},
		{"nft delete element inet gateway ways '{ 80 }'; nft add element inet gateway ways '{ 80 : drop }'", "own"},
		{"nft flush set inet gateway private", "own"},
		{"nft add set inet gateway more '{ type ipv4_addr; }'", "own"},
		{"nft add counter inet gateway more", "own"},
		{"nft add quota inet gateway more over 1 mbytes", "own"},
		{"nft add table inet gateway '{ flags dormant; }'", "own"},
		{"nft add rule inet gateway forward counter accept", "own"},
		{"nft add rule inet gateway forward drop; nft replace rule inet gateway forward handle $(nft -a list chain inet gateway forward | sed -n 's/.*drop # handle //p') accept", "own"},
		{"nft add flowtable inet gateway fast '{ hook ingress priority 0; devices = { eth0 }; }'", "own"},
		{"nft add table ip other", "others"},
		{"nft add table ip gateway", "others"},
		{"nft add table ip6 other", "others"},
		{"nft add table arp other", "others"},
		{"nft add table bridge other", "others"},
		{"nft add table netdev other '{ chain in { type filter hook ingress device eth0 priority 0; policy accept; }; }'", "others"},
		{"nft add rule ip nat OUTPUT accept", "others"},
		{"nft delete table ip nat", "others"},
		{"ip link add more type veth peer name most", "routing"},
		{"ip link set eth1 name eth7", "routing"},
		{"ip link set eth1 down", "routing"},
		{"ip link set eth0 address 02:00:00:00:00:77", "routing"},
		{"ip link set eth0 mtu 1400", "routing"},
		{"ip address add 45.67.8.9/32 dev eth0", "routing"},
		{"ip address delete 10.0.0.2/24 dev eth0", "routing"},
		{"ip route add 45.67.8.0/24 dev eth0", "routing"},
		{"ip route add 45.67.8.0/24 dev eth0 table 77", "routing"},
		{"ip route add local 45.67.9.0/25 dev eth0", "routing"},
		{"ip route delete 10.0.0.0/24 dev eth0", "routing"},
		{"ip -6 route add 2001:db8::/64 dev eth0", "routing"},
		{"ip rule add from all lookup 7", "routing"},
		{"ip -6 rule add from all lookup 7", "routing"},
		{"ip rule delete lookup default", "routing"},
		{"tc qdisc add dev eth0 clsact", "routing"},
		{"tc qdisc add dev eth0 ingress", "routing"},
		{"tc qdisc add dev eth0 root pfifo limit 7", "routing"},
		{"sysctl -qw net.ipv4.conf.all.forwarding=$((1 - $(sysctl -n net.ipv4.conf.all.forwarding)))", "routing"},
		{"sysctl -qw net.ipv4.conf.default.forwarding=$((1 - $(sysctl -n net.ipv4.conf.default.forwarding)))", "routing"},
		{"sysctl -qw net.ipv4.conf.eth0.forwarding=$((1 - $(sysctl -n net.ipv4.conf.eth0.forwarding)))", "routing"},
		{"sysctl -qw net.ipv6.conf.all.forwarding=1", "routing"},
	} {
		t.Run(change.line, func(t *testing.T) {
			inNamespace(t)
			settle(t)
			before := now(t)
			if !try(t, change.line) {
				t.Skip("this kernel cannot")
			}
			after := now(t)
			for where, changed := range map[string]bool{"own": before.own != after.own, "others": before.others != after.others, "routing": before.routing != after.routing} {
				if changed != (where == change.where) {
					t.Errorf("%s changed: %v", where, changed)
				}
			}
		})
	}
}

// settle waits until IPv6 has looked for its own addresses elsewhere, which a gateway does not have.
func settle(t testing.TB) {
	run(t, "sysctl -qw net.ipv6.conf.all.disable_ipv6=0; sysctl -qw net.ipv6.conf.eth0.addr_gen_mode=1 net.ipv6.conf.eth1.addr_gen_mode=1; ip -6 address flush scope link")
}

func TestFiltersAreSeen(t *testing.T) {
	inNamespace(t)
	for _, queue := range []string{"clsact", "root handle 1: prio"} {
		run(t, "tc qdisc add dev eth0 "+queue)
		before := now(t)
		at := "parent 1:"
		if queue == "clsact" {
			at = "ingress"
		}
		if !try(t, "tc filter add dev eth0 "+at+" protocol ip prio 7 matchall") {
			t.Skip("this kernel has no filters")
		}
		if with := now(t); with.routing == before.routing {
			t.Errorf("a filter of %s is not seen", queue)
		}
		if queue == "clsact" {
			one := now(t)
			run(t, "tc filter add dev eth0 egress protocol ip prio 7 matchall")
			if now(t).routing == one.routing {
				t.Error("a filter of what leaves is not seen")
			}
		}
	}
}

func TestNoChangeIsNone(t *testing.T) {
	inNamespace(t)
	settle(t)
	for name, line := range map[string]string{
		"packets":               "for i in 1 2 3; do ping -c 1 -W 1 127.0.0.1 >/dev/null || true; done; ping -c 1 -W 1 10.0.0.3 >/dev/null || true",
		"a neighbour":           "ip neighbour replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0",
		"rules added and taken": "nft add table inet more; nft delete table inet more",
		"a route and back":      "ip route add 45.67.8.0/24 dev eth0; ip route delete 45.67.8.0/24 dev eth0",
		"a wait":                "sleep 1.1",
	} {
		t.Run(name, func(t *testing.T) {
			inNamespace(t)
			settle(t)
			before := now(t)
			run(t, line)
			if now(t) != before {
				t.Error("it is another")
			}
		})
	}
	t.Run("the same rules again", func(t *testing.T) {
		inNamespace(t)
		settle(t)
		before := now(t)
		for range 20 {
			load(t)
			if now(t) != before {
				t.Fatal("they are others")
			}
		}
	})
}

func BenchmarkRules(b *testing.B) {
	inNamespace(b)
	defer runtime.UnlockOSThread()
	for b.Loop() {
		if _, _, err := Rules(gateway); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRouting(b *testing.B) {
	inNamespace(b)
	for b.Loop() {
		if _, err := Routing(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPrograms is the same by programs.
func BenchmarkPrograms(b *testing.B) {
	inNamespace(b)
	for b.Loop() {
		run(b, "nft --stateless list ruleset >/dev/null; printf 'rule show\\nroute show table all\\n' | ip -4 -batch - >/dev/null; tc qdisc show >/dev/null; ip route show table local 10.0.0.128/25 dev eth0")
	}
}

// TestOneMoment reads rules that somebody changes all the while: what is read is one of the two that there are, and no half of each.
func TestOneMoment(t *testing.T) {
	inNamespace(t)
	more := strings.Replace(ownRules, "8.8.8.8, ", "", 1)
	more = strings.Replace(more, "add table inet gateway\n", "add table inet gateway\nadd table ip other\ndelete table ip other\n", 1)
	folder := t.TempDir()
	for name, text := range map[string]string{"one": ownRules + "add table ip other\n", "other": more} {
		if err := os.WriteFile(folder+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var wanted []state
	for _, name := range []string{"one", "other"} {
		run(t, "nft -f "+folder+"/"+name)
		wanted = append(wanted, now(t))
	}
	changing := exec.Command("sh", "-c", "for i in $(seq 60); do nft -f "+folder+"/one; nft -f "+folder+"/other; done")
	if err := changing.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { changing.Wait(); close(ended) }()
	for reads := 0; ; reads++ {
		select {
		case <-ended:
			t.Logf("%d times read", reads)
			return
		default:
		}
		own, others, err := Rules(gateway)
		if err == errAgain {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(wanted, func(one state) bool { return one.own == own && one.others == others }) {
			t.Error("it is neither")
		}
	}
}

// A table's digest is its own alone: nothing of what others have beside it, in its family or under its name, is in it.
func TestTables(t *testing.T) {
	inNamespace(t)
	digest := func() Digest {
		t.Helper()
		found, err := Tables(gateway, Table{Netdev, "gateway"})
		if err != nil || len(found) != 2 || found[1] != (Digest{}) {
			t.Fatal(found, err)
		}
		if own := now(t).own; found[0] != own {
			t.Error("of one table it is another than of all")
		}
		return found[0]
	}
	before := digest()
	for _, line := range []string{
		"nft add table ip gateway; nft add chain ip gateway input; nft add rule ip gateway input drop",
		"nft add table inet gateways; nft add chain inet gateways input; nft add rule inet gateways input drop",
		"nft add set inet gateways private '{ type ipv4_addr; elements = { 10.0.0.1 }; }'",
	} {
		run(t, line)
		if digest() != before {
			t.Error(line)
		}
	}
	run(t, "nft add element inet gateway private '{ 45.67.0.0/16 }'")
	if digest() == before {
		t.Error("an element of its own is not seen")
	}
	run(t, "nft delete table inet gateway")
	if digest() != (Digest{}) {
		t.Error("there is none, and it has a digest")
	}
}
