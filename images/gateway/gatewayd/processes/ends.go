package processes

import (
	"fmt"
	"io"
	"os"
	"syscall"

	"gatewayd/poll"
)

// Ends tells of each followed process that ends, once.
type Ends struct {
	ended    chan int
	followed map[int]bool
	// Where is said, once, that processes cannot be followed.
	complaints io.Writer
	complained bool
}

// NewEnds follows nobody yet.
func NewEnds() *Ends {
	return &Ends{ended: make(chan int, 1), followed: map[int]bool{}, complaints: os.Stderr}
}

// C has the number of a process that has ended.
func (e *Ends) C() <-chan int { return e.ended }

// Follow follows these processes from now on; those that it follows already are followed once. One that cannot be followed is tried again the next time.
func (e *Ends) Follow(pids []int) {
	now := map[int]bool{}
	for _, pid := range pids {
		if e.followed[pid] || e.begin(pid) {
			now[pid] = true
		}
	}
	e.followed = now
}

// Forget follows a process no more that has ended: another may get its number.
func (e *Ends) Forget(pid int) { delete(e.followed, pid) }

func (e *Ends) begin(pid int) bool {
	end, err := open(pid)
	if err == nil {
		go e.await(pid, end)
		return true
	}
	// One that has ended meanwhile is missed by the next look as any other.
	if err != syscall.ESRCH && !e.complained {
		e.complained = true
		fmt.Fprintf(e.complaints, "the kernel tells of no processes that end (%v): each look finds those that are gone\n", err)
	}
	return false
}

func (e *Ends) await(pid int, end *os.File) {
	defer end.Close()
	raw, err := end.SyscallConn()
	if err != nil {
		return
	}
	// The poller of this program waits, and no thread. A process that has ended can be read.
	if raw.Read(func(fd uintptr) bool { return poll.Now(fd, poll.In) != 0 }) == nil {
		e.ended <- pid
	}
}

// pidfdOpen is the same on each architecture. A kernel closes what it gives when another program is executed.
const pidfdOpen = 434

// open asks for no file that does not wait, for Linux has had that flag (PIDFD_NONBLOCK) since 5.10, and pidfd_open since 5.3: a file can be made one afterwards.
func open(pid int) (*os.File, error) {
	fd, _, errno := syscall.Syscall(pidfdOpen, uintptr(pid), 0, 0)
	if errno != 0 {
		return nil, errno
	}
	if err := syscall.SetNonblock(int(fd), true); err != nil {
		syscall.Close(int(fd))
		return nil, err
	}
	return os.NewFile(fd, "pidfd"), nil
}
