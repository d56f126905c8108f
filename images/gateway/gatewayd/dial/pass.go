package dial

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
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

// pass passes bytes both ways until both have ended, or one breaks. Then both are closed, so that each side sees how the other one ended.
func pass(in, out side) {
	way := func(to, from side) {
		if oneWay(to, from) != nil {
			in.Close()
			out.Close()
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		way(out, in)
	}()
	way(in, out)
	<-done
}

// oneWay hands on what one side sends, no faster than the other takes it, and its end.
func oneWay(to, from side) error {
	raw, err := from.SyscallConn()
	if err != nil {
		return err
	}
	for {
		switch err := handOn(to, raw); err {
		case nil:
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
