// Package poll asks what is so of a file now.
package poll

import (
	"syscall"
	"unsafe"
)

// What may be so of a file (poll.h). The last two are told unasked.
const (
	In     = 0x1
	Err    = 0x8
	HangUp = 0x10
)

// Now is which of these are so. It waits for none: package syscall has no poll for that, and who waits for many files has Go's own.
func Now(fd uintptr, asked int16) int16 {
	file := struct {
		fd           int32
		asked, found int16
	}{int32(fd), asked, 0}
	var none syscall.Timespec
	if _, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&file)), 1, uintptr(unsafe.Pointer(&none)), 0, 0, 0); errno != 0 {
		return 0
	}
	return file.found
}
