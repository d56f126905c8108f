package policy

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatewayd/contract"
)

// staged makes a gateway's places with a policy in force that has these files.
func staged(t *testing.T, files map[string]string) Place {
	t.Helper()
	place := Place{Run: t.TempDir(), Volume: t.TempDir()}
	folder := filepath.Join(place.Run, "policy.1")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	sums := ""
	all := map[string]string{"hash": "ab\n", "period": "\n", "policy.json": `{"format":4,"vips":"10.0.0.128/25"}`, "listeners": "", "bundle": "==> end\n"}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		put(t, filepath.Join(folder, name), text)
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(text)), name)
	}
	put(t, filepath.Join(folder, "sums"), sums)
	if err := os.Symlink(folder, place.Live()); err != nil {
		t.Fatal(err)
	}
	return place
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, place Place) Live {
	t.Helper()
	live, err := place.Read()
	if err != nil {
		t.Fatal(err)
	}
	return live
}

func TestRead(t *testing.T) {
	live := read(t, staged(t, map[string]string{
		"hash":        strings.Repeat("0123456789abcdef", 4) + "\n",
		"period":      "2026-11-29T09:00:00Z\n",
		"policy.json": `{"format":4,"vips":"10.0.0.128/25","upstreamProxy":true,"grants":[{"until":"2026-11-29T09:00:00Z","name":"a.example"},{"until":"2026-11-30T09:00:00Z","name":"b.example 443"}]}`,
		"listeners":   "udp 127.0.0.1:53\ntcp 0.0.0.0:443\n",
	}))
	if live.Vips != "10.0.0.128/25" || !live.UpstreamProxy || live.Name() != "0123456789abcdef0123456789abcdef20261129090000.live.invalid" {
		t.Error(live)
	}
	if want := []contract.Grant{{Until: "2026-11-29T09:00:00Z", Name: "a.example"}, {Until: "2026-11-30T09:00:00Z", Name: "b.example 443"}}; !reflect.DeepEqual(live.Grants, want) {
		t.Error(live.Grants)
	}
	if want := []string{"tcp 0.0.0.0:443", "udp 127.0.0.1:53"}; !reflect.DeepEqual(live.Listeners, want) {
		t.Error(live.Listeners)
	}
}

func TestReadOfNone(t *testing.T) {
	place := staged(t, nil)
	if err := os.Remove(filepath.Join(place.Live(), "hash")); err != nil {
		t.Fatal(err)
	}
	if _, err := place.Read(); !os.IsNotExist(err) {
		t.Error(err)
	}
}

// Each way to change a file is found: by the look from outside, by the checksums, or by both.
func TestVerify(t *testing.T) {
	file := func(place Place, name string) string { return filepath.Join(place.Live(), name) }
	for name, row := range map[string]struct {
		do    func(Place) error
		holds bool
	}{
		"nothing":            {func(Place) error { return nil }, true},
		"a file more":        {func(p Place) error { return os.WriteFile(file(p, "rules.kernel"), nil, 0o644) }, true},
		"a line more":        {func(p Place) error { return os.WriteFile(file(p, "listeners"), []byte("x\n"), 0o644) }, false},
		"the same size":      {func(p Place) error { return os.WriteFile(file(p, "hash"), []byte("ba\n"), 0o644) }, false},
		"a file less":        {func(p Place) error { return os.Remove(file(p, "listeners")) }, false},
		"no checksums":       {func(p Place) error { return os.WriteFile(file(p, "sums"), nil, 0o644) }, false},
		"no checksums' file": {func(p Place) error { return os.Remove(file(p, "sums")) }, false},
		"a checksum of another's file": {func(p Place) error {
			return os.WriteFile(file(p, "sums"), fmt.Appendf(nil, "%x  ../../etc/hostname\n", sha256.Sum256(nil)), 0o644)
		}, false},
		"the same bytes, and the old time": {func(p Place) error {
			path := file(p, "hash")
			if err := os.WriteFile(path, []byte("ba\n"), 0o644); err != nil {
				return err
			}
			return os.Chtimes(path, time.Unix(0, 0), time.Unix(0, 0))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			place := staged(t, nil)
			live := read(t, place)
			before, err := place.Print()
			if err != nil {
				t.Fatal(err)
			}
			if err := row.do(place); err != nil {
				t.Fatal(err)
			}
			if now, err := place.Print(); err != nil || (now == before) != (name == "nothing") {
				t.Errorf("from outside: %v, %v", now == before, err)
			}
			if holds := live.Verify() == nil; holds != row.holds {
				t.Errorf("it holds: %v", holds)
			}
		})
	}
}

func TestIsSaved(t *testing.T) {
	place := staged(t, nil)
	live := read(t, place)
	for text, want := range map[string]bool{"ab\n==> end\n": true, "ab\n==> end\n\n": false, "": false, "ba\n==> end\n": false} {
		put(t, place.Saved(), text)
		if place.IsSaved(live) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	if err := os.Remove(place.Saved()); err != nil {
		t.Fatal(err)
	}
	if place.IsSaved(live) {
		t.Error("one that is not there")
	}
}
