package processes

import (
	"os"
	"syscall"
	"unsafe"
)

// Ends tells of each followed process that ends, once.
type Ends struct {
	ended    chan int
	followed map[int]bool
}

// NewEnds follows nobody yet.
func NewEnds() *Ends { return &Ends{ended: make(chan int, 1), followed: map[int]bool{}} }

// C has the number of a process that has ended.
func (e *Ends) C() <-chan int { return e.ended }

// Follow follows these processes from now on; those that it follows already are followed once.
func (e *Ends) Follow(pids []int) {
	now := map[int]bool{}
	for _, pid := range pids {
		now[pid] = true
		if e.followed[pid] {
			continue
		}
		// One that has ended meanwhile, or that may not be followed, is missed by the next look as any other.
		if end, err := open(pid); err == nil {
			go e.await(pid, end)
		}
	}
	e.followed = now
}

// Forget follows a process no more that has ended: another may get its number.
func (e *Ends) Forget(pid int) { delete(e.followed, pid) }

func (e *Ends) await(pid int, end *os.File) {
	defer end.Close()
	raw, err := end.SyscallConn()
	if err != nil {
		return
	}
	// The poller of this program waits, and no thread.
	if raw.Read(func(fd uintptr) bool { return ready(fd) }) == nil {
		e.ended <- pid
	}
}

const (
	pidfdOpen = 434 // the same on each architecture
	nonblock  = syscall.O_NONBLOCK
)

func open(pid int) (*os.File, error) {
	fd, _, errno := syscall.Syscall(pidfdOpen, uintptr(pid), nonblock, 0)
	if errno != 0 {
		return nil, errno
	}
	syscall.CloseOnExec(int(fd))
	return os.NewFile(fd, "pidfd"), nil
}

type pollFd struct {
	fd      int32
	events  int16
	revents int16
}

// ready is whether something can be read from a file now; of a process that it has ended.
func ready(fd uintptr) bool {
	const in = 1
	poll := pollFd{fd: int32(fd), events: in}
	var now syscall.Timespec
	found, _, _ := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&poll)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return found == 1
}
