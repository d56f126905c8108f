package netlink

import (
	"encoding/binary"
	"os"
	"syscall"
	"testing"

	"gatewayd/apart"
)

func TestMain(m *testing.M) { apart.Main(m) }

// listen listens in a namespace in which nothing happened yet.
func listen(t *testing.T) *Changes {
	t.Helper()
	apart.Namespace(t)
	changes, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(changes.Close)
	return changes
}

// nextly is the next change that somebody's name is known of.
func nextly(changes *Changes) Change {
	for change := range changes.C() {
		if change.By != "" {
			return change
		}
	}
	return Change{}
}

func TestALinkIsToldOf(t *testing.T) {
	changes := listen(t)
	apart.Up(t, "lo")
	if change := <-changes.C(); change.By != "" || change.Lost {
		t.Error(change)
	}
}

func TestForwardingIsToldOf(t *testing.T) {
	changes := listen(t)
	const path = "/proc/sys/net/ipv4/conf/default/forwarding"
	// A new namespace has what the machine's first has, so the other of the two values is the change.
	value := []byte("1\n")
	if now, err := os.ReadFile(path); err != nil || now[0] == '1' {
		value = []byte("0\n")
	}
	if err := os.WriteFile(path, value, 0); err != nil {
		t.Fatal(err)
	}
	if change := <-changes.C(); change.Lost {
		t.Error(change)
	}
}

func TestWhoChangedRulesIsToldOf(t *testing.T) {
	changes := listen(t)
	changeRules(t, "other")
	name, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	if change := nextly(changes); change.By+"\n" != string(name) || change.Pid == 0 || change.Lost {
		t.Errorf("%+v", change)
	}
}

func TestWhatThereWasNoRoomForIsToldOf(t *testing.T) {
	apart.Namespace(t)
	rules, err := open(netfilter)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := rules.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = raw.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1) })
	if err != nil {
		t.Fatal(err)
	}
	if err := join(rules, groupRules); err != nil {
		t.Fatal(err)
	}
	// Nobody reads meanwhile.
	for _, table := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"} {
		changeRules(t, table)
	}
	changes := &Changes{c: make(chan Change), sockets: []*os.File{rules}}
	go changes.take(rules, readRules)
	for change := range changes.C() {
		if change.Lost {
			break
		}
	}
}

// changeRules makes a table of packet rules.
func changeRules(t *testing.T, table string) {
	t.Helper()
	socket, err := open(netfilter)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	const batchBegin, batchEnd = 16, 17
	about := []byte{0, 0, 0, nftables >> 8}
	batch := question(batchBegin, 0, about)
	batch = append(batch, question(newTable, syscall.NLM_F_CREATE|syscall.NLM_F_ACK, Table{Inet, table}.attributes())...)
	batch = append(batch, question(batchEnd, 0, about)...)
	if _, err := socket.Write(batch); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4096)
	length, err := socket.Read(answer)
	if err != nil {
		t.Fatal(err)
	}
	said, err := messages(answer[:length])
	if err != nil || len(said) == 0 || said[0].kind != syscall.NLMSG_ERROR || binary.NativeEndian.Uint32(said[0].data) != 0 {
		t.Fatalf("%v, %v", said, err)
	}
}

func asked(kind, flags uint16, body []byte) []byte {
	text := binary.NativeEndian.AppendUint32(nil, uint32(syscall.NLMSG_HDRLEN+len(body)))
	text = binary.NativeEndian.AppendUint16(text, kind)
	text = binary.NativeEndian.AppendUint16(text, flags)
	return append(append(text, make([]byte, 8)...), body...)
}

func FuzzReadRules(f *testing.F) {
	f.Add(asked(newGeneration, 0, []byte{0, 0, 0, 0, 8, 0, 2, 0, 0, 0, 1, 2, 8, 0, 3, 0, 'n', 'f', 't', 0}))
	f.Add(asked(newGeneration, 0, []byte{0, 0}))
	f.Add([]byte{20, 0, 0, 0, 15, 10})
	f.Fuzz(func(t *testing.T, datagram []byte) { readRules(datagram) })
}
