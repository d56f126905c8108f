package netlink

import (
	"net"
	"slices"
	"syscall"
	"testing"

	"gatewayd/apart"
)

func TestListeners(t *testing.T) {
	apart.Namespace(t)
	apart.Up(t, "lo")
	tcp, err := net.Listen("tcp4", "127.0.0.1:1443")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp4", "0.0.0.0:1053")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	six, err := net.Listen("tcp6", "[::1]:1444")
	if err != nil {
		t.Fatal(err)
	}
	defer six.Close()
	// A connection, and a question that is under way, listen to nobody.
	connection, err := net.Dial("tcp4", "127.0.0.1:1443")
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	question, err := net.Dial("udp4", "127.0.0.1:1053")
	if err != nil {
		t.Fatal(err)
	}
	defer question.Close()
	found, err := Listeners()
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, listener := range found {
		said = append(said, listener.String())
	}
	slices.Sort(said)
	if want := []string{"tcp 127.0.0.1:1443", "tcp [::1]:1444", "udp 0.0.0.0:1053"}; !slices.Equal(said, want) {
		t.Error(said)
	}
}

func FuzzReadListeners(f *testing.F) {
	f.Add(asked(diagByFamily, 0, append([]byte{syscall.AF_INET}, make([]byte, 71)...)))
	f.Add(asked(syscall.NLMSG_DONE, 0, make([]byte, 4)))
	f.Add(asked(syscall.NLMSG_ERROR, 0, []byte{0xfe, 0xff, 0xff, 0xff}))
	f.Add(asked(diagByFamily, 0, []byte{syscall.AF_INET6}))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		readAnswer(datagram, func(message message) error {
			_, err := readListener("tcp", message)
			return err
		})
	})
}
