package canary

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// socket is a probe's own. The kernel is looked at once more when a time is over: a program that did not run meanwhile, for the agent had the processors, would take what came for silence (measured
// with a canary that stood still for a second: 300 of 300 holes were `ok`). So a time begins when the packet is sent, and not before.
type socket struct {
	file *os.File
	raw  syscall.RawConn
}

// connect takes a port to send from, in a call of its own, and begins to connect. The agent shares the ports: one that took them all made silence look like a wall (measured: with 130,000
// sockets, 455 MiB, two of three holes were `ok`). So it is known what a connect fails for.
func connect(probe Probe) (*socket, error) {
	family, own := syscall.AF_INET, syscall.Sockaddr(&syscall.SockaddrInet4{})
	if !probe.To.Addr().Is4() {
		family, own = syscall.AF_INET6, &syscall.SockaddrInet6{}
	}
	kind := syscall.SOCK_STREAM
	switch probe.Kind {
	case "shut dns", "open dns", "shut udp":
		kind = syscall.SOCK_DGRAM
	}
	number, err := syscall.Socket(family, kind|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := syscall.Bind(number, own); err != nil {
		syscall.Close(number)
		return nil, os.NewSyscallError("bind", err)
	}
	if err := syscall.Connect(number, socketAddress(probe.To, 0)); err != nil && err != syscall.EINPROGRESS {
		syscall.Close(number)
		return nil, os.NewSyscallError("connect", err)
	}
	file := os.NewFile(uintptr(number), "probe")
	raw, err := file.SyscallConn()
	if err != nil {
		file.Close()
		return nil, os.NewSyscallError("socket", syscall.EAGAIN)
	}
	return &socket{file, raw}, nil
}

// connected waits until the connection stands.
func (s *socket) connected(within time.Duration) (err error) {
	if err := s.file.SetDeadline(time.Now().Add(within)); err != nil {
		return os.NewSyscallError("socket", syscall.EAGAIN)
	}
	return s.await(s.raw.Write, func(number int) error {
		switch said, err := syscall.GetsockoptInt(number, syscall.SOL_SOCKET, syscall.SO_ERROR); {
		case err != nil:
			return err
		case syscall.Errno(said) == syscall.ECONNRESET, syscall.Errno(said) == syscall.EPIPE:
			// It stood, and was ended since.
			return nil
		case said != 0:
			return syscall.Errno(said)
		}
		_, err := syscall.Getpeername(number)
		if errors.Is(err, syscall.ENOTCONN) {
			return syscall.EAGAIN
		}
		return err
	})
}

func (s *socket) write(text []byte) (err error) {
	wrong := s.raw.Control(func(number uintptr) { err = syscall.Sendto(int(number), text, syscall.MSG_NOSIGNAL, nil) })
	return errors.Join(wrong, err)
}

// read waits for what comes first. No bytes without an error are the end.
func (s *socket) read(room []byte, within time.Duration) (length int, err error) {
	if err := s.file.SetDeadline(time.Now().Add(within)); err != nil {
		return 0, os.NewSyscallError("socket", syscall.EAGAIN)
	}
	err = s.await(s.raw.Read, func(number int) (err error) {
		length, err = syscall.Read(number, room)
		return err
	})
	return max(length, 0), err
}

// await looks until there is something (EAGAIN: not yet), and for the last time when it has waited long enough.
func (s *socket) await(wait func(func(uintptr) bool) error, look func(number int) error) error {
	var found error
	seen := func(number uintptr) bool {
		found = look(int(number))
		return !errors.Is(found, syscall.EAGAIN)
	}
	err := wait(seen)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		last := false
		if wrong := s.raw.Control(func(number uintptr) { last = seen(number) }); wrong == nil && !last {
			return os.ErrDeadlineExceeded
		}
		err = nil
	}
	return errors.Join(err, found)
}

func (s *socket) close() { s.file.Close() }
