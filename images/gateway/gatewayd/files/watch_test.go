package files

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gatewayd/policy"
)

func places(t *testing.T) policy.Place {
	t.Helper()
	place := policy.Place{Run: t.TempDir(), Volume: t.TempDir()}
	for _, name := range []string{"one", "two"} {
		if err := os.Mkdir(filepath.Join(place.Run, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	lead(t, place, "one")
	return place
}

// lead leads `live` to another folder, as an apply does.
func lead(t *testing.T, place policy.Place, to string) {
	t.Helper()
	next := place.Live() + ".next"
	if err := os.Symlink(filepath.Join(place.Run, to), next); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, place.Live()); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrittenIsToldOf(t *testing.T) {
	for name, write := range map[string]func(policy.Place){
		"a file of the policy":    func(p policy.Place) { put(t, filepath.Join(p.Live(), "names.map")) },
		"the saved policy":        func(p policy.Place) { put(t, p.Saved()) },
		"the mark of an apply":    func(p policy.Place) { put(t, p.Unfinished()) },
		"another policy in force": func(p policy.Place) { lead(t, p, "two") },
		"a policy that is gone":   func(p policy.Place) { _ = os.Remove(p.Live()) },
	} {
		t.Run(name, func(t *testing.T) {
			place := places(t)
			writes, err := Watch(place)
			if err != nil {
				t.Fatal(err)
			}
			write(place)
			<-writes.C()
		})
	}
}

// What the gateway's programs note all the while tells nothing, and neither does a folder that is no policy's any more. The kernel has all events of a write when the write is done, so
// what is taken after it is of it, and of what was before.
func TestNotesAreNotToldOf(t *testing.T) {
	place := places(t)
	writes, err := watch(place)
	if err != nil {
		t.Fatal(err)
	}
	room := make([]byte, 1<<14)
	check := func(what string, want bool) {
		t.Helper()
		_ = writes.inotify.SetReadDeadline(time.Now().Add(10 * time.Second))
		if told, err := writes.next(room); err != nil || told != want {
			t.Errorf("%s: %v, %v", what, told, err)
		}
	}
	for _, name := range []string{"round.next", "round", "turn", "clock", "dropped", "incoming.1"} {
		put(t, filepath.Join(place.Run, name))
	}
	for _, path := range []string{place.Clock(), place.Told(), place.Saved() + ".next"} {
		put(t, path)
	}
	check("notes", false)
	lead(t, place, "two")
	check("another policy in force", true)
	writes.Follow()
	put(t, filepath.Join(place.Run, "one", "names.map"))
	// The kernel says at least that it watches the folder no more.
	check("a policy that was in force", false)
	put(t, filepath.Join(place.Live(), "names.map"))
	check("the policy in force", true)
}

func event(number int32, mask uint32, name string) []byte {
	text := binary.NativeEndian.AppendUint32(nil, uint32(number))
	text = binary.NativeEndian.AppendUint32(text, mask)
	text = binary.NativeEndian.AppendUint32(text, 0)
	text = binary.NativeEndian.AppendUint32(text, uint32(len(name)))
	return append(text, name...)
}

func TestTells(t *testing.T) {
	const folder, other = 3, 1
	for name, row := range map[string]struct {
		events []byte
		told   bool
	}{
		"nothing":                    {nil, false},
		"a note":                     {event(other, syscall.IN_CREATE, "round.next\x00\x00"), false},
		"a note, and a mark":         {append(event(other, syscall.IN_CREATE, "round\x00"), event(other, syscall.IN_CREATE, "unfinished\x00")...), true},
		"a file of the policy":       {event(folder, syscall.IN_MODIFY, "hosts\x00\x00\x00"), true},
		"the end of being told":      {event(folder, syscall.IN_IGNORED, ""), false},
		"events that got lost":       {event(-1, syscall.IN_Q_OVERFLOW, ""), true},
		"an event that is cut short": {event(other, syscall.IN_CREATE, "round\x00")[:18], true},
	} {
		t.Run(name, func(t *testing.T) {
			if tells(row.events, folder) != row.told {
				t.Error(!row.told)
			}
		})
	}
}

func FuzzTells(f *testing.F) {
	f.Add(event(1, syscall.IN_CREATE, "live\x00"))
	f.Fuzz(func(t *testing.T, events []byte) { tells(events, 3) })
}
