package dial

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lab is a dialler whose client this test is.
type lab struct {
	at, credential string
	mutex          sync.Mutex
	told           []string
}

func start(t *testing.T, client uint32, patience time.Duration) *lab {
	t.Helper()
	lab := &lab{at: filepath.Join(t.TempDir(), "socket"), credential: t.TempDir()}
	listener, err := Listen(lab.at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	complain := func(sentence string) {
		lab.mutex.Lock()
		defer lab.mutex.Unlock()
		lab.told = append(lab.told, sentence)
	}
	go Dialler{client, lab.credential, patience, complain}.Serve(listener)
	return lab
}

func (l *lab) said() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.Join(l.told, "\n")
}

func (l *lab) sign(t *testing.T, user, password string) {
	t.Helper()
	for name, text := range map[string]string{"username": user, "password": password} {
		if err := os.WriteFile(filepath.Join(l.credential, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// ask connects as haproxy does, and says what for and the client's first bytes.
func (l *lab) ask(t *testing.T, said, first string) *net.UnixConn {
	t.Helper()
	client, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: l.at, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	client.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := client.Write(append(header(said), first...)); err != nil {
		t.Fatal(err)
	}
	return client
}

// company is a proxy that does so with each connection.
func company(t *testing.T, do func(*net.TCPConn, *bufio.Reader)) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			out, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer out.Close()
				do(out.(*net.TCPConn), bufio.NewReader(out))
			}()
		}
	}()
	return listener.Addr().String()
}

// head reads to an empty line.
func head(from *bufio.Reader) string {
	var text strings.Builder
	for {
		line, err := from.ReadString('\n')
		text.WriteString(line)
		if err != nil || line == "\r\n" {
			return text.String()
		}
	}
}

func own() uint32 { return uint32(os.Getuid()) }

func TestTunnel(t *testing.T) {
	asked := make(chan string, 2)
	at := company(t, func(out *net.TCPConn, from *bufio.Reader) {
		asked <- head(from)
		io.WriteString(out, "HTTP/1.1 200 Connection established\r\n\r\nfirst ")
		text, _ := io.ReadAll(from)
		// The client has ended, and is answered all the same.
		io.WriteString(out, "you said "+string(text))
	})
	lab := start(t, own(), patience)
	for _, password := range []string{"one", "two"} {
		lab.sign(t, "me", password)
		client := lab.ask(t, "tunnel "+at+" a.test:443", "hello")
		client.CloseWrite()
		if text, err := io.ReadAll(client); string(text) != "first you said hello" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	}
	for _, token := range []string{"bWU6b25l", "bWU6dHdv"} {
		if said := <-asked; said != "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic "+token+"\r\n\r\n" {
			t.Errorf("%q", said)
		}
	}
	if said := lab.said(); said != "" {
		t.Error(said)
	}
}

func TestRequest(t *testing.T) {
	at := company(t, func(out *net.TCPConn, from *bufio.Reader) { io.WriteString(out, head(from)) })
	lab := start(t, own(), patience)
	request := "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"
	client := lab.ask(t, "http "+at+" a.test:80", request)
	if text, err := io.ReadAll(client); string(text) != request || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	lab.sign(t, "me", "one")
	client = lab.ask(t, "http "+at+" a.test:80", request)
	if text, err := io.ReadAll(client); string(text) != "GET http://a.test/ HTTP/1.1\r\nProxy-Authorization: Basic bWU6b25l\r\nHost: a.test\r\n\r\n" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

// Much of it, both ways at once, and each is as it was sent.
func TestPass(t *testing.T) {
	at := company(t, func(out *net.TCPConn, from *bufio.Reader) {
		head(from)
		io.WriteString(out, "HTTP/1.1 200 OK\r\n\r\n")
		io.Copy(out, from)
		out.CloseWrite()
	})
	client := start(t, own(), patience).ask(t, "tunnel "+at+" a.test:443", "")
	text := strings.Repeat("all of it\n", 1<<19)
	go func() {
		io.WriteString(client, text)
		client.CloseWrite()
	}()
	if said, err := io.ReadAll(client); string(said) != text || err != nil {
		t.Errorf("%d bytes, %v", len(said), err)
	}
}

// A client that is gone has nobody wait for a site that takes nothing, sends nothing and does not end: the place is another's. One that only sends no more is waited for.
func TestPassToNobody(t *testing.T) {
	for name, site := range map[string]func(*bufio.Reader){
		"a site that says nothing":  func(from *bufio.Reader) { io.Copy(io.Discard, from); select {} },
		"a site that takes nothing": func(*bufio.Reader) { select {} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := company(t, func(_ *net.TCPConn, from *bufio.Reader) { site(from) })
			listener, err := Listen(filepath.Join(t.TempDir(), "socket"))
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			client, err := net.DialUnix("unix", nil, listener.Addr().(*net.UnixAddr))
			if err != nil {
				t.Fatal(err)
			}
			in, err := listener.AcceptUnix()
			if err != nil {
				t.Fatal(err)
			}
			out, err := net.Dial("tcp4", at)
			if err != nil {
				t.Fatal(err)
			}
			passed := make(chan struct{})
			go func() {
				pass(in, out.(*net.TCPConn))
				close(passed)
			}()
			client.SetWriteDeadline(time.Now().Add(time.Second))
			io.Copy(client, io.LimitReader(endless{}, 64<<20))
			client.CloseWrite()
			select {
			case <-passed:
				t.Fatal("it does not wait for the answer")
			case <-time.After(2 * gone):
			}
			client.Close()
			select {
			case <-passed:
			case <-time.After(4 * gone):
				t.Error("it waits for nobody's answer")
			}
		})
	}
}

type endless struct{}

func (endless) Read(room []byte) (int, error) { return len(room), nil }

// What the company's proxy refuses is closed on before a byte of the client's is read: haproxy sees a reset.
func TestRefused(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	listener.Close()
	answer := func(text string) string {
		return company(t, func(out *net.TCPConn, from *bufio.Reader) {
			head(from)
			io.WriteString(out, text)
			io.Copy(io.Discard, from)
		})
	}
	for at, why := range map[string]string{
		answer("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"):        "answers HTTP/1.1 407 Proxy Authentication Required",
		answer("HTTP/1.1 403 \x1b[2J\r\n\r\n"):                              "answers HTTP/1.1 403 ?[2J",
		answer(strings.Repeat("x", room)):                                   "answers without an end",
		answer(""):                                                          "does not answer",
		company(t, func(_ *net.TCPConn, from *bufio.Reader) { head(from) }): "hangs up",
		nobody: "cannot be dialled: connection refused",
	} {
		lab := start(t, own(), time.Second)
		client := lab.ask(t, "tunnel "+at+" a.test:443", "hello")
		if text, err := io.ReadAll(client); len(text) > 0 || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %q, %v", why, text, err)
		}
		if said := lab.said(); said != "the proxy "+at+" "+why+" (a.test:443)" {
			t.Errorf("%q, not %q", said, why)
		}
	}
}

func TestClosedOn(t *testing.T) {
	lab := start(t, own(), time.Second)
	client := lab.ask(t, "tunnel nowhere a.test:443", "")
	if text, err := io.ReadAll(client); len(text) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%q, %v", text, err)
	}
	lab = start(t, own()+1, time.Second)
	client, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: lab.at, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	client.SetDeadline(time.Now().Add(10 * time.Second))
	if text, err := io.ReadAll(client); len(text) > 0 || err != nil {
		t.Errorf("another user: %q, %v", text, err)
	}
	if said := lab.said(); said != "" {
		t.Error(said)
	}
}

func TestSayTo(t *testing.T) {
	var text strings.Builder
	say := sayTo(&text)
	say("one")
	say("two")
	if text.String() != "one\n" {
		t.Errorf("%q", text.String())
	}
}
