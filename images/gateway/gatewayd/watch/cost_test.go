package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"gatewayd/netlink"
	"gatewayd/policy"
	"gatewayd/processes"
	"gatewayd/resolver"
)

// BenchmarkTick says what each part costs of a look at what nobody tells of, every 10 s.
func BenchmarkTick(b *testing.B) {
	place := policy.Place{Run: b.TempDir(), Volume: b.TempDir()}
	folder := filepath.Join(place.Run, "policy.1")
	if err := os.Mkdir(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	for at := range 16 {
		write(b, fmt.Sprintf("%s/file%d", folder, at), strings.Repeat("a line\n", 100))
	}
	if err := os.Symlink(folder, place.Live()); err != nil {
		b.Fatal(err)
	}
	r := &round{place: place, known: &known{}}
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"turn", func() error {
			turn, err := place.TakeTurn(time.Second)
			if err == nil {
				err = turn.Close()
			}
			return err
		}},
		{"room", func() error { r.checkRoom(); return nil }},
		{"note", func() error { return note(place, 0, "well") }},
		{"goes-on", func() error { goesOn(place)(); return nil }},
		{"print", func() error { _, err := place.Print(); return err }},
		{"clock", func() error { _, err := policy.Uptime(); return err }},
		{"processes", func() error { _, err := processes.Scan("/proc"); return err }},
		{"listeners", func() error { _, err := netlink.Listeners(); return err }},
		{"resolver", func() error { _ = resolver.Ask("127.0.0.1:9", "name.invalid"); return nil }},
		{"memory", func() error { debug.FreeOSMemory(); return nil }},
	} {
		b.Run(part.name, func(b *testing.B) {
			for b.Loop() {
				if err := part.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
