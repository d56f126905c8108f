package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestMain is the program itself where a test says so.
func TestMain(m *testing.M) {
	if os.Getenv("ROLE") != "" {
		os.Args = []string{"gatewayd", os.Getenv("ROLE")}
		main()
	}
	os.Exit(m.Run())
}

// Nobody reads what it says (podman's conmon has ended, say): it goes on. The watchdog was ended by its own sentence before it had ended the gateway.
func TestNobodyReads(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	role := exec.Command("/proc/self/exe")
	role.Env = append(os.Environ(), "ROLE=tell")
	role.Stdout, role.Stderr = write, write
	if _ = role.Run(); role.ProcessState.ExitCode() != 1 {
		t.Error(role.ProcessState)
	}
}

// The image's tag is the hash of the source: who compiles it, and where, makes no difference.
func TestTwoBuildsAreEqual(t *testing.T) {
	folder := t.TempDir()
	copied := filepath.Join(folder, "elsewhere")
	if err := os.CopyFS(copied, os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	var made [][]byte
	for _, source := range []string{here, copied} {
		file := filepath.Join(folder, "gatewayd")
		// `go test` has the Go it is of first on PATH.
		build := exec.Command("sh", filepath.Join(source, "build"), "go", runtime.GOARCH, file)
		if said, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		binary, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, binary)
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Error("two builds differ")
	}
}

func TestUsage(t *testing.T) {
	for name, role := range map[string]func([]string) int{"dns-query": dnsQuery, "tell": tell} {
		if status := role(nil); status != 1 {
			t.Errorf("%s without words: %d", name, status)
		}
	}
}
