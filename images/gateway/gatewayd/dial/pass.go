package dial

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gatewayd/poll"
)

// side is one of a connection's two sockets.
type side interface {
	net.Conn
	syscall.Conn
	CloseWrite() error
}

// room is what one connection holds each way at most, and only while it has something to hand on.
const room = 16 << 10

var rooms = sync.Pool{New: func() any { return new([room]byte) }}

// pass passes bytes both ways until both have ended, one breaks, or the client is gone. Then both are closed, so that each side sees how the other one ended.
func pass(in, out side) {
	var moved atomic.Uint64
	done := make(chan struct{}, 2)
	way := func(to, from side) {
		if oneWay(to, from, &moved) != nil {
			in.Close()
			out.Close()
		}
		done <- struct{}{}
	}
	go way(out, in)
	go way(in, out)
	look := time.NewTicker(gone)
	defer look.Stop()
	var before uint64
	for ways := 2; ways > 0; {
		select {
		case <-done:
			ways--
		case <-look.C:
			now := moved.Load()
			if now == before && hungUp(in) {
				in.Close()
				out.Close()
			}
			before = now
		}
	}
}

// gone is how soon it is found that nothing moves and the client is gone. The site that it spoke with may take nothing, send nothing and not end for ever, and would keep the place.
const gone = 3 * time.Second

// hungUp is whether a socket's other end is closed, and does not only send no more.
func hungUp(socket side) bool {
	raw, err := socket.SyscallConn()
	if err != nil {
		return true
	}
	var found int16
	if raw.Control(func(fd uintptr) { found = poll.Now(fd, 0) }) != nil {
		return true
	}
	return found&(poll.Err|poll.HangUp) != 0
}

// oneWay hands on what one side sends, no faster than the other takes it, and its end.
func oneWay(to, from side, moved *atomic.Uint64) error {
	raw, err := from.SyscallConn()
	if err != nil {
		return err
	}
	for {
		switch err := handOn(to, raw); err {
		case nil:
			moved.Add(1)
		case io.EOF:
			return to.CloseWrite()
		default:
			return err
		}
	}
}

// handOn waits for bytes and writes them. Who waits has no room: of five hundred connections most are silent.
func handOn(to io.Writer, raw syscall.RawConn) error {
	var bytes *[room]byte
	var length int
	var err error
	waited := raw.Read(func(socket uintptr) bool {
		bytes = rooms.Get().(*[room]byte)
		for {
			length, err = syscall.Read(int(socket), bytes[:])
			if !errors.Is(err, syscall.EINTR) {
				break
			}
		}
		if errors.Is(err, syscall.EAGAIN) {
			rooms.Put(bytes)
			bytes = nil
			return false
		}
		return true
	})
	if bytes != nil {
		defer rooms.Put(bytes)
	}
	switch {
	case waited != nil:
		return waited
	case err != nil:
		return err
	case length == 0:
		return io.EOF
	}
	_, err = to.Write(bytes[:length])
	return err
}
