// Package apart gives tests namespaces of their own: rules, links and ports there are nobody else's, and neither are processes, for what ends a gateway kills all that there are.
// No role has it.
package apart

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"unsafe"
)

// marker says that a test program is in its namespace.
const marker = "GATEWAYD_TESTS_ARE_APART"

// Main is a package's TestMain: it runs the tests in a network namespace that they are root of, as its first process. Where the machine's root does not run them, they are root of a user namespace as well.
func Main(m *testing.M) {
	if os.Getenv(marker) != "" {
		os.Exit(m.Run())
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Env = append(os.Environ(), marker+"=yes")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID}
	if user := os.Getuid(); user != 0 {
		again.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		again.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: user, Size: 1}}
		again.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	err := again.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		// -1 is of one that a signal ended.
		os.Exit(max(ended.ExitCode(), 1))
	case err != nil:
		fmt.Fprintf(os.Stderr, "these tests need namespaces of their own, which user %d cannot make here: %v\n", os.Getuid(), err)
		os.Exit(1)
	}
}

// Namespace gives a test, or a benchmark, one more of its own. What it starts, and the sockets that it opens itself, are in it; what other goroutines of its do is not, and neither
// are its subtests. The thread is never given back: it ends with the test, and the namespace with it.
func Namespace(t testing.TB) {
	t.Helper()
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Fatal("no network namespace: ", err)
	}
}

// Up brings a link up.
func Up(t testing.TB, link string) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(socket)
	var request [40]byte
	copy(request[:syscall.IFNAMSIZ-1], link)
	binary.NativeEndian.PutUint16(request[syscall.IFNAMSIZ:], syscall.IFF_UP)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(socket), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); errno != 0 {
		t.Fatal(errno)
	}
}

// Shell runs lines of shell, which end with the first that fails, and gives back what they say.
func Shell(t testing.TB, lines string) string {
	t.Helper()
	said, err := exec.Command("sh", "-ec", lines).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", lines, err, said)
	}
	return string(said)
}
