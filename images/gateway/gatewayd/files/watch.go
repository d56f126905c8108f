// Package files tells of writes to the policy's files.
package files

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"

	"gatewayd/policy"
)

// Writes are what somebody writes to the policy's files, the saved policy included.
type Writes struct {
	c       chan struct{}
	inotify *os.File
	place   policy.Place
	// The folder of the policy that is followed now, and the kernel's number for it.
	folder string
	number atomic.Int64
}

const (
	changed = syscall.IN_MODIFY | syscall.IN_ATTRIB | syscall.IN_CREATE | syscall.IN_DELETE | syscall.IN_MOVED_FROM | syscall.IN_MOVED_TO | syscall.IN_DELETE_SELF
	// Of a folder with files of others in it: what comes and goes.
	named = syscall.IN_CREATE | syscall.IN_DELETE | syscall.IN_MOVED_FROM | syscall.IN_MOVED_TO | syscall.IN_CLOSE_WRITE
)

// Watch begins to tell, before it returns.
func Watch(place policy.Place) (*Writes, error) {
	writes, err := watch(place)
	if err != nil {
		return nil, err
	}
	go writes.take()
	return writes, nil
}

// watch has the kernel keep what is written for whoever takes it.
func watch(place policy.Place) (*Writes, error) {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	writes := &Writes{c: make(chan struct{}, 1), inotify: os.NewFile(uintptr(fd), "inotify"), place: place}
	for _, folder := range []string{place.Run, place.Volume} {
		if _, err := syscall.InotifyAddWatch(fd, folder, named|syscall.IN_ONLYDIR); err != nil {
			writes.inotify.Close()
			return nil, &os.PathError{Op: "inotify_add_watch", Path: folder, Err: err}
		}
	}
	writes.Follow()
	return writes, nil
}

// C tells that something was written. Of nobody who watches it tells nothing.
func (w *Writes) C() <-chan struct{} {
	if w == nil {
		return nil
	}
	return w.c
}

// Follow follows the files of the policy that is in force now. It is called before each look reads them; where there is none, or it cannot be followed, looks read them
// whenever they are others from outside.
func (w *Writes) Follow() {
	if w == nil {
		return
	}
	folder, err := filepath.EvalSymlinks(w.place.Live())
	if err != nil {
		folder = ""
	}
	if folder == w.folder {
		return
	}
	raw, err := w.inotify.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		// The kernel counts from 1.
		if number := w.number.Swap(0); number > 0 {
			_, _ = syscall.InotifyRmWatch(int(fd), uint32(number))
		}
		if folder != "" {
			if number, err := syscall.InotifyAddWatch(int(fd), folder, changed|syscall.IN_ONLYDIR); err == nil {
				w.number.Store(int64(number))
			}
		}
	})
	w.folder = folder
}

func (w *Writes) take() {
	events := make([]byte, 1<<12)
	for {
		told, err := w.next(events)
		if err != nil {
			return
		}
		if told {
			select {
			case w.c <- struct{}{}:
			default:
			}
		}
	}
}

// next waits for events, takes those that there are, as many as there is room for, and says whether one of them is to be told of.
func (w *Writes) next(room []byte) (bool, error) {
	length, err := w.inotify.Read(room)
	return err == nil && tells(room[:length], int32(w.number.Load())), err
}

// What matters beside the files of the policy: the rest is notes of the gateway's programs, which they write all the while.
var matters = map[string]bool{"live": true, "unfinished": true, "policy": true, "sides": true, "surroundings": true}

// tells is whether one of the events is about a file that matters: any in the policy's folder, which has this number, and some by their names. Events that got lost matter.
func tells(events []byte, folder int32) bool {
	for len(events) >= syscall.SizeofInotifyEvent {
		number, mask := int32(binary.NativeEndian.Uint32(events)), binary.NativeEndian.Uint32(events[4:])
		length := int(binary.NativeEndian.Uint32(events[12:]))
		if syscall.SizeofInotifyEvent+length > len(events) {
			return true
		}
		name := strings.TrimRight(string(events[syscall.SizeofInotifyEvent:syscall.SizeofInotifyEvent+length]), "\x00")
		events = events[syscall.SizeofInotifyEvent+length:]
		if mask&syscall.IN_Q_OVERFLOW != 0 || number == folder && mask&syscall.IN_IGNORED == 0 || matters[name] {
			return true
		}
	}
	return false
}
