package canary

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"testing"

	"gatewayd/apart"
	"gatewayd/contract"
)

// TestMain runs what is below in a namespace that nothing leads out of, and whose ports are all the tests' own. A test runs it once more, as the canary itself.
func TestMain(m *testing.M) {
	if os.Getenv("CANARY") != "" {
		os.Exit(Run(os.Stdin, os.Stdout, os.Stderr))
	}
	apart.Main(m)
}

// run runs the program, and gives each line's verdict.
func run(t *testing.T, lines ...string) (verdicts []string, status int) {
	t.Helper()
	var said, complaints strings.Builder
	status = Run(strings.NewReader(strings.Join(lines, "\n")), &said, &complaints)
	if complaints.Len() > 0 {
		t.Fatal(complaints.String())
	}
	for at, line := range strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n") {
		verdict, probe, _ := strings.Cut(line, " ")
		if probe != lines[at] {
			t.Errorf("%q is said of %q", line, lines[at])
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts, status
}

func TestTry(t *testing.T) {
	apart.Up(t, "lo")
	serve(t, "127.0.0.1:443", greet(t))
	serve(t, "127.0.0.2:443", func(net.Conn) {})
	serve(t, "127.0.0.1:80", func(client net.Conn) { io.WriteString(client, "HTTP/1.1 403"+page) })
	serve(t, "127.0.0.2:80", func(client net.Conn) { io.WriteString(client, "HTTP/1.1 200"+page) })
	resolve(t, "127.0.0.1:53", 5)
	resolve(t, "127.0.0.2:53", 0, [4]byte{10, 0, 0, 129})
	table := []struct{ line, want string }{
		{"shut tcp 203.0.113.1 443", "ok"},
		{"shut tcp 2001:db8::1 443", "ok"},
		{"shut udp 203.0.113.1 53 a.test", "ok"},
		{"shut tcp 127.0.0.1 443", "LEAK"},
		{"shut tcp 127.0.0.1 444", "LEAK"},
		{"shut udp 127.0.0.1 5353 a.test", "LEAK"},
		{"shut udp 127.0.0.1 53 a.test", "LEAK"},
		{"shut port 127.0.0.1 443", "LEAK"},
		{"shut port 127.0.0.1 444", "ok"},
		{"shut dns 127.0.0.1 a.test", "ok"},
		{"shut dns 127.0.0.2 a.test", "LEAK"},
		{"open dns 127.0.0.2 a.test 10.0.0.129", "ok"},
		{"open dns 127.0.0.2 a.test 10.0.0.130", "mute"},
		{"open dns 127.0.0.1 a.test 10.0.0.129", "mute"},
		{"shut tls 127.0.0.1 a.test", "LEAK"},
		{"shut tls 127.0.0.2 a.test", "ok"},
		{"open tls 127.0.0.1 a.test", "ok"},
		{"open tls 127.0.0.2 a.test", "down"},
		{"shut http 127.0.0.1 a.test", "ok"},
		{"shut http 127.0.0.2 a.test", "LEAK"},
		{"shut name 127.0.0.1 a.test", "ok"},
		{"shut name 127.0.0.3 a.test", "LEAK"},
		{"shut datagram 255.255.255.255 20001 word", "sent"},
	}
	var lines []string
	for _, row := range table {
		lines = append(lines, row.line)
	}
	verdicts, status := run(t, lines...)
	for at, row := range table {
		if verdicts[at] != row.want {
			t.Errorf("%s: %s, not %s", row.line, verdicts[at], row.want)
		}
	}
	if status != contract.StatusLeak {
		t.Errorf("status %d", status)
	}
}

// Somebody who shares the ports takes them all: then silence is no wall.
func TestTryWithoutPorts(t *testing.T) {
	apart.Up(t, "lo")
	const ports = "/proc/sys/net/ipv4/ip_local_port_range"
	before, err := os.ReadFile(ports)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ports, []byte("40000 40001"), 0o644); err != nil {
		t.Fatal("the range of ports cannot be set, as in a container whose /proc/sys is not its own: ", err)
	}
	defer os.WriteFile(ports, before, 0o644)
	for _, at := range []string{"0.0.0.0:40000", "0.0.0.0:40001"} {
		listener, err := net.Listen("tcp4", at)
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		socket, err := net.ListenPacket("udp4", at)
		if err != nil {
			t.Fatal(err)
		}
		defer socket.Close()
	}
	verdicts, status := run(t, "shut tcp 203.0.113.1 443", "shut udp 203.0.113.1 53 a.test", "open tls 127.0.0.1 a.test")
	if strings.Join(verdicts, " ") != "unseen unseen unseen" || status != contract.StatusUnproven {
		t.Error(verdicts, status)
	}
}

func TestRunOfNothing(t *testing.T) {
	var said, complaints strings.Builder
	if status := Run(strings.NewReader("\n"), &said, &complaints); status != contract.StatusNoProbe || said.Len() > 0 || complaints.String() != "no probes: nothing is proven\n" {
		t.Errorf("%d %q %q", status, said.String(), complaints.String())
	}
}

// serve has whoever connects say something first, and be answered.
func serve(t *testing.T, at string, answer func(net.Conn)) {
	t.Helper()
	listener, err := net.Listen("tcp4", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				if strings.HasSuffix(at, ":80") {
					client.Read(make([]byte, 1024))
				}
				answer(client)
				// Until the client hangs up.
				io.Copy(io.Discard, client)
			}()
		}
	}()
}

// greet is a server of TLS that has the name, and ends a handshake of another.
func greet(t *testing.T) func(net.Conn) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"a.test"}}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return func(client net.Conn) {
		server := tls.Server(client, &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != "a.test" || hello.SupportedVersions[0] != tls.VersionTLS13 {
				t.Errorf("the hello says %q, %x", hello.ServerName, hello.SupportedVersions)
			}
			return &tls.Certificate{Certificate: [][]byte{certificate}, PrivateKey: key}, nil
		}})
		_ = server.Handshake()
	}
}

// resolve answers each question so.
func resolve(t *testing.T, at string, code byte, addresses ...[4]byte) {
	t.Helper()
	server, err := net.ListenPacket("udp4", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		question := make([]byte, 512)
		for {
			_, from, err := server.ReadFrom(question)
			if err != nil {
				return
			}
			message := answer(code, addresses...)
			copy(message, question[:2])
			server.WriteTo(message, from)
		}
	}()
}
