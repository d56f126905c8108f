package processes

import (
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// sleeper is a process that does nothing; what is given back ends it.
func sleeper(t *testing.T) (pid int, end func()) {
	t.Helper()
	process := exec.Command("sleep", "1000")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Wait() })
	end = func() { _ = process.Process.Kill() }
	t.Cleanup(end)
	return process.Process.Pid, end
}

func TestEnds(t *testing.T) {
	pid, end := sleeper(t)
	ends := NewEnds()
	ends.Follow([]int{pid})
	ends.Follow([]int{pid})
	select {
	case pid := <-ends.C():
		t.Fatalf("%d has not ended", pid)
	default:
	}
	end()
	if told := <-ends.C(); told != pid {
		t.Errorf("%d ended", told)
	}
}

// A kernel before 5.10 knows no flags of pidfd_open.
func TestEndsOnAnOlderKernel(t *testing.T) {
	pid, end := sleeper(t)
	ends := NewEnds()
	refusing(t, true, syscall.EINVAL, func() { ends.Follow([]int{pid}) })
	if !ends.followed[pid] {
		t.Fatal("it is not followed")
	}
	end()
	if told := <-ends.C(); told != pid {
		t.Errorf("%d ended", told)
	}
}

// Where it is refused, somebody hears of it once, and who could not be followed is tried again.
func TestEndsThatAreRefused(t *testing.T) {
	pid, end := sleeper(t)
	other, _ := sleeper(t)
	ends := NewEnds()
	var said strings.Builder
	ends.complaints = &said
	refusing(t, false, syscall.EPERM, func() {
		ends.Follow([]int{pid, other})
		ends.Follow([]int{pid, other})
	})
	if strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), syscall.EPERM.Error()) {
		t.Errorf("%q", said.String())
	}
	if len(ends.followed) > 0 {
		t.Fatalf("%v are followed", ends.followed)
	}
	ends.Follow([]int{pid, other})
	end()
	if told := <-ends.C(); told != pid {
		t.Errorf("%d ended", told)
	}
}

// That one has ended meanwhile says nothing of the others.
func TestEndsOfNobody(t *testing.T) {
	ends := NewEnds()
	var said strings.Builder
	ends.complaints = &said
	process := exec.Command("true")
	if err := process.Run(); err != nil {
		t.Fatal(err)
	}
	ends.Follow([]int{process.Process.Pid})
	if said.String() != "" || len(ends.followed) != 0 {
		t.Errorf("%q, %v", said.String(), ends.followed)
	}
}

// refusing does something where pidfd_open is refused, or only its flags are, on a thread that ends with it.
func refusing(t *testing.T, flags bool, errno syscall.Errno, do func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := refuse(errno, flags)
		if err == nil {
			do()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// refuse gives this thread a filter of system calls (linux/seccomp.h).
func refuse(errno syscall.Errno, flags bool) error {
	const setNoNewPrivs, setSeccomp, filterMode = 38, 22, 2
	const allow, refused = 0x7fff0000, 0x00050000
	// What becomes of a call without flags.
	whole := uint32(allow)
	if !flags {
		whole = refused | uint32(errno)
	}
	// seccomp_data has the call's number first, and its second word at 24; a machine of the other byte order would look at the upper half.
	load := func(at uint32) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, K: at}
	}
	equal := func(to uint32, then, otherwise uint8) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: to, Jt: then, Jf: otherwise}
	}
	end := func(how uint32) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_RET | syscall.BPF_K, K: how}
	}
	filter := []syscall.SockFilter{load(0), equal(pidfdOpen, 1, 0), end(allow), load(24), equal(0, 0, 1), end(whole), end(refused | uint32(errno))}
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return errno
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setSeccomp, filterMode, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return errno
	}
	return nil
}
