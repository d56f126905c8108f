package witness

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// oPath opens a place in the tree and nothing of what is there: no device wakes, and nothing is waited for.
const oPath = 0x200000

// nothing is where there is nothing that may be looked at.
const nothing = "0 0 none"

// root is what is looked below: a directory, or a file that is mounted by itself.
type root int

func openRoot(path string, flags int) (root, error) {
	fd, err := syscall.Open(path, oPath|syscall.O_CLOEXEC|flags, 0)
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return root(fd), nil
}

func (r root) close() { syscall.Close(int(r)) }

// about says what is at a path below: device, inode, type. It is walked to name by name, each opened below the one before, so no name on the way can be a link, or become one meanwhile. openat2
// would do that in one call, and is refused by the seccomp profiles of engines that are older than it (Docker 20.10's first).
func (r root) about(path string) string {
	at := int(r)
	if path != "" {
		for name := range strings.SplitSeq(path, "/") {
			if name == "" || name == ".." {
				closeBelow(at, r)
				return nothing
			}
			next, err := syscall.Openat(at, name, oPath|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0)
			closeBelow(at, r)
			if err != nil {
				return nothing
			}
			at = next
		}
	}
	defer closeBelow(at, r)
	var status syscall.Stat_t
	if syscall.Fstat(at, &status) != nil {
		return nothing
	}
	kind := "other"
	switch status.Mode & syscall.S_IFMT {
	case syscall.S_IFDIR:
		kind = "directory"
	case syscall.S_IFREG:
		kind = "file"
	}
	return fmt.Sprintf("%d %d %s", status.Dev, status.Ino, kind)
}

func closeBelow(fd int, r root) {
	if fd != int(r) {
		syscall.Close(fd)
	}
}

// missing is true of a process's table that is no more. ESRCH: it was opened, and the process ended before it was read.
func missing(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH)
}
