package daemons

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

// A socket whose listener has ended has its name still.
func TestListens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	here := func() bool {
		sockets, err := os.ReadFile("/proc/net/unix")
		if err != nil {
			t.Fatal(err)
		}
		return listens(string(sockets), path)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	connection, err := net.Dial("unix", path)
	if err != nil || !here() {
		t.Error(err)
	}
	taken, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if here() {
		t.Error("who accepted once still has a socket of that name, and listens no more")
	}
	taken.Close()
	connection.Close()
	if _, err := os.Lstat(path); err != nil || here() {
		t.Error(err)
	}
	for text, want := range map[string]bool{
		"ffff: 00000002 00000000 00010000 0001 01 42 " + path + "\n":       true,
		"ffff: 00000002 00000000 00000000 0001 03 42 " + path + "\n":       false,
		"ffff: 00000002 00000000 00010000 0001 01 42 " + path + ".2\n":     false,
		"ffff: 00000002 00000000 00010000 0001 01 42 /x " + path + "\n":    false,
		"ffff: 00000002 00000000 zz 0001 01 42 " + path + "\n":             false,
		"Num       RefCount Protocol Flags    Type St Inode Path\n" + path: false,
		"": false,
	} {
		if listens(text, path) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
