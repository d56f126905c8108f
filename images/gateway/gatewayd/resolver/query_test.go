package resolver

import (
	"net"
	"strings"
	"testing"
)

// A server that answers each question by what `answer` makes of it.
func serve(t *testing.T, answer func(question []byte) []byte) string {
	t.Helper()
	server, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		question := make([]byte, 512)
		for {
			length, from, err := server.ReadFrom(question)
			if err != nil {
				return
			}
			server.WriteTo(answer(question[:length]), from)
		}
	}()
	return server.LocalAddr().String()
}

// answered makes an answer of a question: its code, and addresses as A records whose name is a pointer.
func answered(question []byte, code byte, addresses ...[4]byte) []byte {
	message := append([]byte{}, question...)
	message[2], message[3], message[7] = 0x81, code, byte(len(addresses))
	for _, address := range addresses {
		message = append(message, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		message = append(message, address[:]...)
	}
	return message
}

func TestAsk(t *testing.T) {
	for name, row := range map[string]struct {
		answer func([]byte) []byte
		said   string
	}{
		"an address":      {func(q []byte) []byte { return answered(q, 0, [4]byte{10, 0, 0, 129}) }, "NOERROR 10.0.0.129"},
		"two":             {func(q []byte) []byte { return answered(q, 0, [4]byte{1, 2, 3, 4}, [4]byte{5, 6, 7, 8}) }, "NOERROR 1.2.3.4 5.6.7.8"},
		"none":            {func(q []byte) []byte { return answered(q, 0) }, "NOERROR"},
		"refused":         {func(q []byte) []byte { return answered(q, 5) }, "REFUSED"},
		"no such name":    {func(q []byte) []byte { return answered(q, 3) }, "NXDOMAIN"},
		"another code":    {func(q []byte) []byte { return answered(q, 9) }, "9"},
		"a question back": {func(q []byte) []byte { return q }, ""},
		"another's":       {func(q []byte) []byte { return answered(append([]byte{q[0] ^ 1}, q[1:]...), 0) }, ""},
		"cut short":       {func(q []byte) []byte { return answered(q, 0, [4]byte{1, 2, 3, 4})[:len(q)+14] }, ""},
		"nothing":         {func([]byte) []byte { return nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if said := Ask(serve(t, row.answer), "live.invalid"); said != row.said {
				t.Errorf("said %q, not %q", said, row.said)
			}
		})
	}
}

func TestAskOfNothing(t *testing.T) {
	for _, name := range []string{"", "a..b", strings.Repeat("a", 64)} {
		if said := Ask("127.0.0.1:9", name); said != "" {
			t.Errorf("%q: said %q", name, said)
		}
	}
}

func FuzzSaid(f *testing.F) {
	question, _ := Question(7, "live.invalid")
	f.Add(answered(question, 0, [4]byte{1, 2, 3, 4}))
	f.Add(answered(question, 5))
	f.Add([]byte{0, 7, 0x81, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0xc0})
	f.Fuzz(func(t *testing.T, message []byte) {
		said, err := Said(message, 7)
		if (said == "") != (err != nil) {
			t.Errorf("%q, %v", said, err)
		}
	})
}
