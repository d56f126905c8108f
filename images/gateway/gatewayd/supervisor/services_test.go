package supervisor

import (
	"os"
	"path/filepath"
	"testing"

	"gatewayd/command"
)

// The process of before answers for a while after it was told to end; then there is none, and then another.
func TestRestart(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"s6-svc":    `echo "$1 ${2##*/}" >>$WORLD/told`,
		"s6-svstat": `if [ -e $WORLD/told ]; then read -r pid <$WORLD/pids; sed -i 1d $WORLD/pids; echo "$pid"; else echo 5; fi`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "pids"), []byte("5\n5\n-1\n-1\n6\nnot asked\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WORLD", folder)
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	if err := (Services{folder, command.Runner{}}).Restart("resolver"); err != nil {
		t.Error(err)
	}
	told, err := os.ReadFile(filepath.Join(folder, "told"))
	if err != nil || string(told) != "-r resolver\n" {
		t.Errorf("%q: %v", told, err)
	}
	if left, err := os.ReadFile(filepath.Join(folder, "pids")); err != nil || string(left) != "not asked\n" {
		t.Errorf("%q: %v", left, err)
	}
}
