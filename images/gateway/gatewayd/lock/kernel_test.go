package lock

import (
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatewayd/apart"
	"gatewayd/netlink"
)

func TestMain(m *testing.M) { apart.Main(m) }

func do(t *testing.T, words ...string) {
	t.Helper()
	if said, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v: %s", words, err, said)
	}
}

// holding is a lock that holds, in the test's namespace.
type holding struct {
	t     *testing.T
	held  note
	said  chan string
	end   chan struct{}
	ended chan error
}

func begin(t *testing.T) *holding {
	t.Helper()
	// The kernel's rules are the namespace's, so those of the test before go.
	do(t, "nft", "flush ruleset")
	for _, name := range []string{acme.Bridge, "v0", "v1", "v2"} {
		exec.Command("ip", "link", "delete", name).Run()
	}
	changes, err := netlink.ListenAbout(acme.Table, acme.Bridge)
	if err != nil {
		t.Fatal(err)
	}
	l := &holding{t: t, held: note(filepath.Join(t.TempDir(), "held")), said: make(chan string, 10_000), end: make(chan struct{}), ended: make(chan error, 1)}
	h := &holder{Client: acme, held: l.held, changes: changes.C(), say: func(line string) { l.said <- line }, complain: func(line string) { t.Log(line) }}
	go func() { l.ended <- h.hold(l.end) }()
	t.Cleanup(func() {
		close(l.end)
		if err := <-l.ended; err != nil {
			t.Error(err)
		}
		changes.Close()
		// The rules outlive it.
		if t.Failed() {
			return
		}
		if found, err := acme.look(); err != nil || !found.whole() || !l.held.says(found) {
			t.Errorf("%+v %v", found, err)
		}
	})
	l.shut()
	return l
}

// shut waits until nft itself prints rules and devices that shut the bridge; a test that waits in vain is ended by go test. It says which devices.
func (l *holding) shut(devices ...string) {
	l.t.Helper()
	slices.Sort(devices)
	want := []string{`iifname "asb-0" drop`, `iifname "asb-0" oifname != "asb-0" drop`}
	if len(devices) > 0 {
		on := "device"
		if len(devices) > 1 {
			on = "devices = { " + strings.Join(devices, ", ") + " }"
		} else {
			on += ` "` + devices[0] + `"`
		}
		want = append(want, on, "ether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 drop")
	}
	for {
		text, err := exec.Command("nft", "list ruleset").Output()
		if err != nil {
			l.t.Fatal(err)
		}
		missing := slices.ContainsFunc(want, func(line string) bool { return !strings.Contains(string(text), line) })
		found, err := acme.look()
		if err != nil {
			l.t.Fatal(err)
		}
		if !missing && !strings.Contains(string(text), "\t\taccept") && found.whole() && l.held.says(found) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := acme.check(l.held, io.Discard); err != nil {
		l.t.Error(err)
	}
}

func TestRulesComeBack(t *testing.T) {
	l := begin(t)
	do(t, "ip", "link", "add", acme.Bridge, "type", "bridge")
	do(t, "ip", "link", "add", "v0", "type", "veth", "peer", "name", "w0")
	do(t, "ip", "link", "set", "v0", "master", acme.Bridge)
	l.shut("asb-0", "v0")
	for range 3 {
		for _, change := range []string{
			"flush ruleset",
			"delete table inet agent-sandbox-acme",
			"flush table inet agent-sandbox-acme",
			"insert rule inet agent-sandbox-acme input accept",
			"insert rule netdev agent-sandbox-acme ingress accept",
			"delete table netdev agent-sandbox-acme",
			"flush chain netdev agent-sandbox-acme ingress",
			"delete table inet agent-sandbox-acme; delete table netdev agent-sandbox-acme",
			"add table inet agent-sandbox-acme { flags dormant; }",
		} {
			do(t, "nft", change)
			l.shut("asb-0", "v0")
		}
	}
}

func TestDevicesComeAndGo(t *testing.T) {
	l := begin(t)
	for range 10 {
		do(t, "ip", "link", "add", acme.Bridge, "type", "bridge")
		for _, name := range []string{"v0", "v1", "v2"} {
			do(t, "ip", "link", "add", name, "type", "veth", "peer", "name", "w"+name)
			do(t, "ip", "link", "set", name, "master", acme.Bridge)
		}
		// One that disappears while the rules for it may be on their way.
		do(t, "ip", "link", "delete", "v1")
		do(t, "ip", "link", "set", "v2", "nomaster")
		l.shut("asb-0", "v0")
		do(t, "ip", "link", "delete", "v0")
		do(t, "ip", "link", "delete", "v2")
		do(t, "ip", "link", "delete", acme.Bridge)
		l.shut()
	}
}

// A host's firewall changes all day: none of that is a look.
func TestOthersChangesAreNotTold(t *testing.T) {
	do(t, "nft", "flush ruleset")
	changes, err := netlink.ListenAbout(acme.Table, acme.Bridge)
	if err != nil {
		t.Fatal(err)
	}
	defer changes.Close()
	for range 20 {
		do(t, "nft", "add table inet docker { chain input { type filter hook input priority 0; tcp dport 22 accept; }; }; delete table inet docker")
		do(t, "ip", "link", "add", "other0", "type", "veth", "peer", "name", "other1")
		do(t, "ip", "link", "delete", "other0")
	}
	// Each socket's messages come in order: the first that is told is of its own.
	do(t, "nft", "add table inet agent-sandbox-acme")
	for change := range changes.C() {
		if change.By != "" {
			break
		}
		if change.Lost {
			t.Fatal("lost")
		}
	}
	if left := len(changes.C()); left > 0 {
		t.Errorf("%d changes more", left)
	}
}
