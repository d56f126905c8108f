package poll

import (
	"syscall"
	"testing"
)

func TestNow(t *testing.T) {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	read := uintptr(ends[0])
	check := func(when string, asked, want int16) {
		t.Helper()
		if found := Now(read, asked); found != want {
			t.Errorf("%s: %#x", when, found)
		}
	}
	check("nothing is in it", In, 0)
	if _, err := syscall.Write(ends[1], []byte("x")); err != nil {
		t.Fatal(err)
	}
	check("something is in it", In, In)
	check("nobody asks", 0, 0)
	syscall.Close(ends[1])
	check("the other end is closed", 0, HangUp)
	syscall.Close(ends[0])
}
