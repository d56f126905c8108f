package netlink

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"gatewayd/apart"
)

// links are two, and an address: what a test has in its namespace beside rules.
const links = "ip link set lo up; ip link add eth0 type veth peer name eth1; ip link set eth0 up; ip link set eth1 up; ip address add 10.0.0.2/24 dev eth0\n"

// inNamespace gives the test a network namespace with rules and links.
func inNamespace(t testing.TB) {
	t.Helper()
	apart.Namespace(t)
	apart.Shell(t, links)
	load(t)
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

// change is something that somebody does, after something else that makes it possible, and where it is seen.
type change struct{ before, line, where string }

func (c change) isSeen(t *testing.T) {
	inNamespace(t)
	settle(t)
	apart.Shell(t, c.before)
	before := now(t)
	apart.Shell(t, c.line)
	after := now(t)
	for where, changed := range map[string]bool{"own": before.own != after.own, "others": before.others != after.others, "routing": before.routing != after.routing} {
		if changed != (where == c.where) {
			t.Errorf("%s changed: %v", where, changed)
		}
	}
}

var changes = []change{
	{"", "nft add rule inet gateway output accept", "own"},
	{"", "nft insert rule inet gateway input ip daddr 45.67.8.9 accept", "own"},
	{"", "nft flush chain inet gateway input", "own"},
	{"", "nft flush table inet gateway", "own"},
	{"", "nft delete table inet gateway", "own"},
	{"", "nft chain inet gateway input '{ policy accept; }'", "own"},
	{"", "nft add chain inet gateway more", "own"},
	{"", "nft add chain inet gateway pre '{ type filter hook prerouting priority raw; policy accept; }'", "own"},
	{"", "nft add element inet gateway private '{ 45.67.0.0/16 }'", "own"},
	{"", "nft delete element inet gateway private '{ 10.0.0.0/8 }'", "own"},
	{"", "nft delete element inet gateway resolvers '{ 8.8.8.8 }'", "own"},
	{"", "nft add element inet gateway resolvers '{ 6.6.6.6 }'", "own"},
	{"", "nft add element inet gateway ways '{ 22 : accept }'", "own"},
	{"", "nft delete element inet gateway ways '{ 80 }'; nft add element inet gateway ways '{ 80 : drop }'", "own"},
	{"", "nft flush set inet gateway private", "own"},
	{"", "nft add set inet gateway more '{ type ipv4_addr; }'", "own"},
	{"", "nft add counter inet gateway more", "own"},
	{"", "nft add quota inet gateway more over 1 mbytes", "own"},
	{"", "nft add table inet gateway '{ flags dormant; }'", "own"},
	{"", "nft add rule inet gateway forward counter accept", "own"},
	{"", "nft add rule inet gateway forward drop; nft replace rule inet gateway forward handle $(nft -a list chain inet gateway forward | sed -n 's/.*drop # handle //p') accept", "own"},
	{"", "nft add table ip other", "others"},
	{"", "nft add table ip gateway", "others"},
	{"", "nft add table ip6 other", "others"},
	{"", "nft add table netdev other '{ chain in { type filter hook ingress device eth0 priority 0; policy accept; }; }'", "others"},
	{"", "nft add rule ip nat OUTPUT accept", "others"},
	{"", "nft delete table ip nat", "others"},
	{"", "ip link add more type veth peer name most", "routing"},
	{"", "ip link set eth1 name eth7", "routing"},
	{"", "ip link set eth1 down", "routing"},
	{"", "ip link set eth0 address 02:00:00:00:00:77", "routing"},
	{"", "ip link set eth0 mtu 1400", "routing"},
	{"", "ip address add 45.67.8.9/32 dev eth0", "routing"},
	{"", "ip address delete 10.0.0.2/24 dev eth0", "routing"},
	{"", "ip route add 45.67.8.0/24 dev eth0", "routing"},
	{"", "ip route add 45.67.8.0/24 dev eth0 table 77", "routing"},
	{"", "ip route add local 45.67.9.0/25 dev eth0", "routing"},
	{"", "ip route delete 10.0.0.0/24 dev eth0", "routing"},
	{"", "ip -6 route add 2001:db8::/64 dev eth0", "routing"},
	{"", "ip rule add from all lookup 7", "routing"},
	{"", "ip -6 rule add from all lookup 7", "routing"},
	{"", "ip rule delete lookup default", "routing"},
	{"", "echo $((1 - $(cat /proc/sys/net/ipv4/conf/all/forwarding))) >/proc/sys/net/ipv4/conf/all/forwarding", "routing"},
	{"", "echo $((1 - $(cat /proc/sys/net/ipv4/conf/default/forwarding))) >/proc/sys/net/ipv4/conf/default/forwarding", "routing"},
	{"", "echo $((1 - $(cat /proc/sys/net/ipv4/conf/eth0/forwarding))) >/proc/sys/net/ipv4/conf/eth0/forwarding", "routing"},
	{"", "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding", "routing"},
}

func TestEachChangeIsSeen(t *testing.T) {
	for _, change := range changes {
		t.Run(change.line, change.isSeen)
	}
}

// Not every kernel has a module for each of these.
var changesOfSomeKernels = []change{
	{"", "nft add flowtable inet gateway fast '{ hook ingress priority 0; devices = { eth0 }; }'", "own"},
	{"", "nft add table arp other", "others"},
	{"", "nft add table bridge other", "others"},
	{"", "tc qdisc add dev eth0 clsact", "routing"},
	{"", "tc qdisc add dev eth0 ingress", "routing"},
	{"", "tc qdisc add dev eth0 root pfifo limit 7", "routing"},
	{"tc qdisc add dev eth0 clsact", "tc filter add dev eth0 ingress protocol ip prio 7 matchall", "routing"},
	{"tc qdisc add dev eth0 clsact; tc filter add dev eth0 ingress protocol ip prio 7 matchall", "tc filter add dev eth0 egress protocol ip prio 7 matchall", "routing"},
	{"tc qdisc add dev eth0 clsact", "tc filter add dev eth0 ingress protocol ip prio 7 u32 match u32 0 0", "routing"},
	{"tc qdisc add dev eth0 root handle 1: prio", "tc filter add dev eth0 parent 1: protocol ip prio 7 matchall", "routing"},
	{"tc qdisc add dev eth0 root handle 1: prio", "tc filter add dev eth0 parent 1: protocol ip prio 7 u32 match u32 0 0", "routing"},
}

func TestEachChangeThatThisKernelHasIsSeen(t *testing.T) {
	some := false
	for _, change := range changesOfSomeKernels {
		if has(t, change) {
			some = true
			t.Run(change.line, change.isSeen)
		}
	}
	if !some {
		t.Error("this kernel has none of them")
	}
}

// has is whether this kernel has what a change needs.
func has(t *testing.T, change change) bool {
	t.Helper()
	command := exec.Command("sh", "-ec", links+"nft add table inet gateway\n"+change.before+"\n"+change.line)
	command.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	said, err := command.CombinedOutput()
	if err == nil {
		return true
	}
	if !slices.ContainsFunc([]string{"No such file", "not found", "not supported", "unknown"}, func(word string) bool { return strings.Contains(string(said), word) }) {
		t.Fatalf("%s: %v: %s", change, err, said)
	}
	t.Logf("this kernel has nothing for %q", change)
	return false
}

// settle has IPv6, without the addresses that it gives itself after a while: a gateway has none.
func settle(t testing.TB) {
	t.Helper()
	apart.Shell(t, "cd /proc/sys/net/ipv6/conf; echo 0 >all/disable_ipv6; echo 1 >eth0/addr_gen_mode; echo 1 >eth1/addr_gen_mode; ip -6 address flush scope link")
}

func TestNoChangeIsNone(t *testing.T) {
	inNamespace(t)
	settle(t)
	for name, line := range map[string]string{
		"a neighbour":           "ip neighbour replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0",
		"rules added and taken": "nft add table inet more; nft delete table inet more",
		"a route and back":      "ip route add 45.67.8.0/24 dev eth0; ip route delete 45.67.8.0/24 dev eth0",
		"a wait":                "sleep 1.1",
	} {
		t.Run(name, func(t *testing.T) {
			inNamespace(t)
			settle(t)
			before := now(t)
			apart.Shell(t, line)
			if now(t) != before {
				t.Error("it is another")
			}
		})
	}
	t.Run("packets", func(t *testing.T) {
		inNamespace(t)
		settle(t)
		before, counted := now(t), apart.Shell(t, "nft list chain inet gateway output")
		for _, to := range []string{"127.0.0.1:53", "10.0.0.2:53", "10.0.0.3:53"} {
			socket, err := net.Dial("udp4", to)
			if err != nil {
				t.Fatal(err)
			}
			// The rules refuse some of them.
			_, _ = io.WriteString(socket, "a packet")
			socket.Close()
		}
		if apart.Shell(t, "nft list chain inet gateway output") == counted {
			t.Error("the rules saw none of them")
		}
		if now(t) != before {
			t.Error("it is another")
		}
	})
	t.Run("what a router says of a way", func(t *testing.T) {
		inNamespace(t)
		settle(t)
		apart.Shell(t, "nft flush chain inet gateway input; nft chain inet gateway input '{ policy accept; }'; ip route add default via 10.0.0.1")
		before := now(t)
		fragmentationNeeded(t)
		if now(t) != before {
			t.Error("it is another")
		}
	})
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

// fragmentationNeeded has the kernel learn that the way to 10.9.0.1 takes packets of 1280 bytes, as from a router.
func fragmentationNeeded(t testing.TB) {
	t.Helper()
	refused := []byte{0x45, 0, 5, 220, 0, 0, 0x40, 0, 64, syscall.IPPROTO_ICMP, 0, 0, 10, 0, 0, 2, 10, 9, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1}
	said := append([]byte{3, 4, 0, 0, 0, 0, 5, 0}, refused...)
	sum := uint32(0)
	for at := 0; at < len(said); at += 2 {
		sum += uint32(binary.BigEndian.Uint16(said[at:]))
	}
	binary.BigEndian.PutUint16(said[2:], ^uint16(sum+sum>>16))
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.IPPROTO_ICMP)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)
	if err := syscall.Sendto(socket, said, 0, &syscall.SockaddrInet4{Addr: [4]byte{10, 0, 0, 2}}); err != nil {
		t.Fatal(err)
	}
	if learned := apart.Shell(t, "ip route show cache"); !strings.Contains(learned, "mtu 1280") {
		t.Fatalf("the kernel did not learn it: %q", learned)
	}
}

// Each of two keeps what packets teach the kernel out: a strict question, and, where a kernel knows none, who reads the answer.
func TestWhatPacketsTeach(t *testing.T) {
	apart.Namespace(t)
	apart.Shell(t, links+"ip route add default via 10.0.0.1")
	settle(t)
	learned := func(strict bool) (count int) {
		t.Helper()
		err := asking(syscall.NETLINK_ROUTE, func(a *asker) error {
			if strict {
				if err := strictly(a.socket); err != nil {
					return err
				}
			}
			return a.all(syscall.RTM_GETROUTE, make([]byte, sizeOfRoute), func(message message) error {
				if isLearned(message.data) {
					count++
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return count
	}
	openly := func() (digest Digest) {
		t.Helper()
		if err := asking(syscall.NETLINK_ROUTE, func(a *asker) (err error) { digest, err = a.routing(); return err }); err != nil {
			t.Fatal(err)
		}
		return digest
	}
	if count := learned(false); count != 0 {
		t.Errorf("%d before it learned", count)
	}
	before := openly()
	fragmentationNeeded(t)
	if openly() != before {
		t.Error("who reads the answer lets them in")
	}
	if count := learned(false); count != 1 {
		t.Errorf("%d of an open question", count)
	}
	if count := learned(true); count != 0 {
		t.Errorf("%d of a strict question", count)
	}
}

func BenchmarkRules(b *testing.B) {
	inNamespace(b)
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
		apart.Shell(b, "nft --stateless list ruleset >/dev/null; printf 'rule show\\nroute show table all\\n' | ip -4 -batch - >/dev/null; tc qdisc show >/dev/null; ip route show table local 10.0.0.128/25 dev eth0")
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
		apart.Shell(t, "nft -f "+folder+"/"+name)
		wanted = append(wanted, now(t))
	}
	changing := exec.Command("sh", "-c", "for i in $(seq 60); do nft -f "+folder+"/one; nft -f "+folder+"/other; done")
	if err := changing.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- changing.Wait() }()
	for reads := 0; ; {
		select {
		case err := <-ended:
			if err != nil || reads == 0 {
				t.Errorf("%d times read: %v", reads, err)
			}
			return
		default:
		}
		own, others, err := Rules(gateway)
		if errors.Is(err, errAgain) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		reads++
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
		apart.Shell(t, line)
		if digest() != before {
			t.Error(line)
		}
	}
	apart.Shell(t, "nft add element inet gateway private '{ 45.67.0.0/16 }'")
	if digest() == before {
		t.Error("an element of its own is not seen")
	}
	apart.Shell(t, "nft delete table inet gateway")
	if digest() != (Digest{}) {
		t.Error("there is none, and it has a digest")
	}
}
