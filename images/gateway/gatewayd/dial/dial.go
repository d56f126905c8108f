// Package dial connects what the proxy has admitted by way of the company's proxy (`upstreamProxy`). haproxy hands each connection over a socket, with what it is for in a header of its PROXY
// protocol:
//
//	tunnel ADDRESS:PORT NAME:PORT   asks the company's proxy at ADDRESS:PORT for a tunnel (CONNECT) to NAME:PORT, and passes bytes once it has said yes
//	http ADDRESS:PORT NAME:PORT     passes the one request as it comes, which names its site whole, and signs in with it
//
// Nothing is judged here: haproxy did that before, and the packet rules let this user out to that address alone. A tunnel that is refused is closed on before a byte of the client's is read, which
// haproxy sees as a connection that was reset.
package dial

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gatewayd/contract"
	"gatewayd/plain"
)

const (
	// Connections at a time: 16 MiB in all when each holds all it may, beside haproxy's 64 of the gateway's 128.
	most = 500
	// How long the company's proxy may take to answer, its own dialling included.
	patience = 30 * time.Second
	// How seldom it is told why nothing came of a connection: an agent may ask as often as it likes.
	seldom = 10 * time.Second
)

// Dialler takes connections of one user's at a socket.
type Dialler struct {
	// Who may connect.
	client uint32
	// The folder of what signs in.
	credential string
	// How long an answer may take.
	patience time.Duration
	complain func(sentence string)
}

// Run is the program. It ends only with an error.
func Run() error {
	// Of this program there is one for each client that is behind a proxy: memory counts, and not speed.
	debug.SetGCPercent(20)
	debug.SetMemoryLimit(32 << 20)
	listener, err := Listen(contract.Dial)
	if err != nil {
		return err
	}
	dialler := Dialler{contract.UserProxy, filepath.Join(contract.WayOut, contract.WayOutFolder), patience, sayTo(os.Stderr)}
	return dialler.Serve(listener)
}

// Listen makes the socket anew, for all users to reach: who they are is asked when they do.
func Listen(at string) (*net.UnixListener, error) {
	if err := os.Remove(at); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	before := syscall.Umask(0o111)
	defer syscall.Umask(before)
	return net.ListenUnix("unix", &net.UnixAddr{Name: at, Net: "unix"})
}

// sayTo says at most one sentence in ten seconds.
func sayTo(to io.Writer) func(string) {
	var turn sync.Mutex
	var last time.Time
	return func(sentence string) {
		turn.Lock()
		defer turn.Unlock()
		if last.IsZero() || time.Since(last) > seldom {
			last = time.Now()
			fmt.Fprintln(to, sentence)
		}
	}
}

// Serve takes connections, as many at a time as there may be; others wait in the kernel.
func (d Dialler) Serve(listener *net.UnixListener) error {
	places := make(chan struct{}, most)
	var came atomic.Bool
	go giveBack(&came)
	for {
		places <- struct{}{}
		in, err := listener.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			// The kernel has no more of something, which those that end give back.
			<-places
			time.Sleep(100 * time.Millisecond)
			continue
		}
		go func() {
			defer func() { <-places }()
			defer in.Close()
			if user, err := userOf(in); err == nil && user == d.client {
				came.Store(true)
				d.serve(in)
			}
		}()
	}
}

// giveBack gives memory back once a minute while connections come. Go does so by itself only while it runs: 155 s after the last of 500 it still had 18 MiB.
func giveBack(came *atomic.Bool) {
	for before := false; ; {
		time.Sleep(time.Minute)
		// Once more in the minute after: those that came last may have ended since.
		now := came.Swap(false)
		if now || before {
			debug.FreeOSMemory()
		}
		before = now
	}
}

// userOf says who connected.
func userOf(in *net.UnixConn) (uint32, error) {
	raw, err := in.SyscallConn()
	if err != nil {
		return 0, err
	}
	var peer *syscall.Ucred
	var failed error
	if err := raw.Control(func(socket uintptr) {
		peer, failed = syscall.GetsockoptUcred(int(socket), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); err != nil {
		return 0, err
	}
	if failed != nil {
		return 0, failed
	}
	return peer.Uid, nil
}

// serve does one errand.
func (d Dialler) serve(in *net.UnixConn) {
	until := time.Now().Add(d.patience)
	if in.SetDeadline(until) != nil {
		return
	}
	to, err := readHeader(in)
	if err != nil {
		return
	}
	out, err := d.reach(in, to, until)
	if err != nil {
		if why := reason(err); why != "" {
			d.complain(fmt.Sprintf("the proxy %s %s (%s)", to.proxy, plain.Text(why), to.name))
		}
		return
	}
	defer out.Close()
	pass(in, out)
}

// reach connects to the company's proxy, and has it agree. What it says behind its yes is handed on.
func (d Dialler) reach(in *net.UnixConn, to errand, until time.Time) (*net.TCPConn, error) {
	dialer := net.Dialer{Deadline: until}
	connection, err := dialer.Dial("tcp4", to.proxy.String())
	if err != nil {
		return nil, err
	}
	out := connection.(*net.TCPConn)
	err = out.SetDeadline(until)
	if err == nil {
		ask := d.sendRequest
		if to.tunnel {
			ask = d.askForTunnel
		}
		err = ask(in, out, to)
	}
	if err == nil {
		err = errors.Join(in.SetDeadline(time.Time{}), out.SetDeadline(time.Time{}))
	}
	if err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}

// saidNo is an answer that is no yes, as it may be told.
type saidNo string

func (s saidNo) Error() string { return string(s) }

// askForTunnel reads no byte of the client's.
func (d Dialler) askForTunnel(in *net.UnixConn, out *net.TCPConn, to errand) error {
	line, secrets := signIn(d.credential)
	if _, err := io.WriteString(out, "CONNECT "+to.name+" HTTP/1.1\r\nHost: "+to.name+"\r\n"+line+"\r\n"); err != nil {
		return err
	}
	head, rest, err := readUntil(out, "\r\n\r\n", room)
	if err != nil {
		return err
	}
	if !admitted(head) {
		return saidNo("answers " + firstLine(head, secrets...))
	}
	return ofClient(write(in, rest))
}

// sendRequest passes the first line of the one request that haproxy sends, and behind it what signs in.
func (d Dialler) sendRequest(in *net.UnixConn, out *net.TCPConn, _ errand) error {
	head, rest, err := readUntil(in, "\r\n", room)
	if err != nil {
		return ofClient(err)
	}
	line, _ := signIn(d.credential)
	for _, part := range [][]byte{head, []byte(line), rest} {
		if err := write(out, part); err != nil {
			return err
		}
	}
	return nil
}

func write(to io.Writer, bytes []byte) error {
	if len(bytes) == 0 {
		return nil
	}
	_, err := to.Write(bytes)
	return err
}

// clientEnded is a client's own end, which nobody is told of.
type clientEnded struct{ error }

func ofClient(err error) error {
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	return clientEnded{err}
}

// reason says what is told of an error: nothing of a client's own end.
func reason(err error) string {
	var no saidNo
	var client clientEnded
	var failed net.Error
	var number syscall.Errno
	var operation *net.OpError
	switch {
	case errors.As(err, &client):
		return ""
	case errors.As(err, &no):
		return string(no)
	case errors.Is(err, errEndless):
		return errEndless.Error()
	case errors.As(err, &failed) && failed.Timeout():
		return "does not answer"
	case errors.As(err, &operation) && operation.Op == "dial" && errors.As(err, &number):
		return "cannot be dialled: " + number.Error()
	default:
		return "hangs up"
	}
}
