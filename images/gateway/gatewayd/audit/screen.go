package audit

import (
	"os"
	"syscall"
	"time"
)

// screen is the container's output. Writing to it never blocks: while the engine is away nobody reads it, and the volume has the lines.
type screen struct {
	fd   int
	file *os.File
	away bool
}

func newScreen(fd int) (*screen, error) {
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	return &screen{fd: fd, file: os.NewFile(uintptr(fd), "output")}, nil
}

// show waits a moment for a slow reader; for one that is away it does not wait again until it reads.
func (s *screen) show(line []byte) {
	_, err := syscall.Write(s.fd, line)
	if err == syscall.EAGAIN && !s.away && s.file.SetWriteDeadline(time.Now().Add(200*time.Millisecond)) == nil {
		_, err = s.file.Write(line)
	}
	s.away = err != nil
}
