package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var machine = Machine{Inner: "eth1", Outer: "eth0", Resolvers: "search lan\nnameserver 127.0.0.11\nnameserver 192.0.2.54\nnameserver 192.0.2.53 \nnameserver fe80::1\nnameserver 192.0.2.54\n"}

func TestStage(t *testing.T) {
	text := bundle(map[string]string{
		"policy.json": `{"format":4,"client":"acme","gateway":"10.0.0.2","vips":"10.0.0.128/25","engineResolvers":true,"grants":[{"until":"2026-12-01T12:00:00Z","name":"b.example"}]}` + "\n",
		"hosts":       "10.0.0.130 a.example # client\n@..2026-12-01T12:00:00Z 10.0.0.131 b.example # grant\n",
		"rules.nft":   "table inet gateway {\n}\n",
	})
	read, err := ReadBundle([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	place := Place{Run: t.TempDir(), Volume: t.TempDir()}
	staged, err := place.Stage(read, machine, "2026-12-01T12:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:])
	for name, want := range map[string]string{
		"bundle":    text,
		"hash":      hash + "\n",
		"period":    "2026-12-01T12:00:00Z\n",
		"hosts":     "10.0.0.130 a.example # client\n10.0.0.2 " + hash[:32] + "20261201120000.live.invalid\n",
		"rules.nft": "define inner = \"eth1\"\ndefine outer = \"eth0\"\ntable inet gateway {\n}\nadd element inet gateway resolvers { 192.0.2.53,192.0.2.54 }\n",
		"names.map": "",
	} {
		said, err := os.ReadFile(filepath.Join(staged.Folder, name))
		if err != nil || string(said) != want {
			t.Errorf("%s: %q, %v", name, said, err)
		}
	}
	if err := os.Symlink(staged.Folder, place.Live()); err != nil {
		t.Fatal(err)
	}
	live, err := place.Read()
	if err != nil {
		t.Fatal(err)
	}
	if live.Verify() != nil || live.Hash != hash || live.Client != "acme" {
		t.Error(live.Verify(), live)
	}
}

func TestAsked(t *testing.T) {
	for text, want := range map[string]string{machine.Resolvers: "192.0.2.53,192.0.2.54", "nameserver 127.0.0.11\n": ""} {
		said, err := asked(text)
		if err != nil || strings.Join(said, ",") != want {
			t.Error(said, err)
		}
	}
	for _, text := range []string{"", "nameserver fe80::1\n", "nameserver\n", "nameserver x}\n"} {
		if said, err := asked(text); err == nil {
			t.Errorf("%q: %v", text, said)
		}
	}
}

// A saved policy is what was handed over, or it is none.
func TestSave(t *testing.T) {
	place := Place{Run: t.TempDir(), Volume: t.TempDir()}
	if _, err := place.ReadSaved(); err == nil || !strings.Contains(err.Error(), "none is saved") {
		t.Error(err)
	}
	read, err := ReadBundle([]byte(bundle(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := place.SaveNext(read); err != nil {
		t.Fatal(err)
	}
	if _, err := place.ReadSaved(); err == nil {
		t.Error("it is saved before its time")
	}
	if err := place.Save(); err != nil {
		t.Fatal(err)
	}
	again, err := place.ReadSaved()
	if err != nil || !slices.Equal(again.Text, read.Text) {
		t.Error(err)
	}
	text, _ := os.ReadFile(place.Saved())
	put(t, place.Saved(), strings.Replace(string(text), "acme", "acne", 1))
	if _, err := place.ReadSaved(); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Error(err)
	}
}

// A disk that does not say that a policy is there has the one before, for that is the one to be restored.
func TestSaveThatFails(t *testing.T) {
	place := Place{Run: t.TempDir(), Volume: t.TempDir()}
	broken, whole := errors.New("input/output error"), syncFolder
	syncFolder = func(string) error { return broken }
	t.Cleanup(func() { syncFolder = whole })
	next := place.Saved() + ".next"
	put(t, next, "the first")
	if err := place.Save(); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := os.Lstat(place.Saved()); err == nil {
		t.Error("the first one is saved")
	}
	put(t, place.Saved(), "before")
	put(t, place.Saved()+".before", "left by one that was killed")
	put(t, next, "after")
	if err := place.Save(); !errors.Is(err, broken) {
		t.Error(err)
	}
	if text, err := os.ReadFile(place.Saved()); string(text) != "before" {
		t.Errorf("%q is saved: %v", text, err)
	}
	syncFolder = whole
	put(t, next, "after")
	if err := place.Save(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(place.Saved()); string(text) != "after" {
		t.Errorf("%q is saved: %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(place.Volume, "*")); len(left) != 1 {
		t.Error(left)
	}
}
