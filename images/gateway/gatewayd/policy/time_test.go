package policy

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatewayd/contract"
)

func TestTimeBy(t *testing.T) {
	for name, row := range map[string]struct {
		note          string
		now, up, want int64
	}{
		"the clock, which is ahead of the note":    {"1000 10\n", 2000, 20, 2000},
		"the note, and what the machine was up":    {"5000 10\n", 2000, 70, 5060},
		"the note alone after the machine's start": {"5000 100\n", 2000, 5, 5000},
		"a note that was cut off":                  {"5000", 2000, 70, never},
		"an empty note":                            {"", 2000, 70, never},
		"a note of letters":                        {"later 10\n", 2000, 70, never},
		"a number that is too long":                {"999999999999 10\n", 2000, 70, never},
		"a second line":                            {"5000 10\n5000 10\n", 2000, 70, never},
	} {
		t.Run(name, func(t *testing.T) {
			if at := timeBy(row.note, row.now, row.up); at != row.want {
				t.Error(at)
			}
		})
	}
}

var granted = Live{Declared: contract.Declared{Grants: []contract.Grant{
	{Until: "2026-11-29T09:00:00Z", Name: "a.example"}, {Until: "2026-11-29T10:00:00Z", Name: "b.example"}, {Until: "2026-11-29T10:00:00Z", Name: "c.example"},
}}}

func TestPeriodAt(t *testing.T) {
	for moment, want := range map[string]string{
		"2026-11-29T08:59:59Z": "", "2026-11-29T09:00:00Z": "2026-11-29T09:00:00Z", "2026-11-29T09:59:59Z": "2026-11-29T09:00:00Z", "9999-12-31T23:59:59Z": "2026-11-29T10:00:00Z",
	} {
		if period := granted.PeriodAt(moment); period != want {
			t.Errorf("%s: %s", moment, period)
		}
	}
}

func TestNext(t *testing.T) {
	if end, ok := granted.Next("2026-11-29T09:00:00Z"); !ok || !end.Equal(time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)) {
		t.Error(end, ok)
	}
	if _, ok := granted.Next("2026-11-29T10:00:00Z"); ok {
		t.Error("after the last")
	}
	if Moment(never) != "9999-12-31T23:59:59Z" {
		t.Error(Moment(never))
	}
}

func TestKeep(t *testing.T) {
	place := Place{Volume: t.TempDir()}
	now := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	if err := place.Keep(nil, now); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(place.Clock()); !os.IsNotExist(err) {
		t.Error("a policy without grants needs no note")
	}
	at := func() int64 {
		t.Helper()
		seconds, err := place.Time(now)
		if err != nil {
			t.Fatal(err)
		}
		return seconds
	}
	// A clock that is wrong by years is noted no later than the last grant ends.
	if err := place.Keep(granted.Grants, now.AddDate(5, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if end := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC).Unix(); at() < end || at() > end+60 {
		t.Error(Moment(at()))
	}
	// And stays noted when the clock goes back.
	if err := place.Keep(granted.Grants, now); err != nil {
		t.Fatal(err)
	}
	if granted.PeriodAt(Moment(at())) != "2026-11-29T10:00:00Z" {
		t.Error(Moment(at()))
	}
}

// A note that nobody can read ends every grant, and is written anew, no later than the last of them ends.
func TestKeepOverABrokenNote(t *testing.T) {
	for _, text := range []string{"", "broken\n", "-1 5\n", "12345\n", "999999999999 5\n"} {
		place := Place{Volume: t.TempDir()}
		put(t, place.Clock(), text)
		now := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
		if at, err := place.Time(now); err != nil || at != never {
			t.Errorf("%q: %d, %v", text, at, err)
		}
		if err := place.Keep(granted.Grants, now); err != nil {
			t.Fatal(err)
		}
		if at, err := place.Time(now); err != nil || granted.PeriodAt(Moment(at)) != "2026-11-29T10:00:00Z" || at == never {
			t.Errorf("%q: %d, %v", text, at, err)
		}
	}
}

func TestEarly(t *testing.T) {
	live := granted
	live.Period = "2026-11-29T10:00:00Z"
	if early := live.Early("2026-11-29T09:30:00Z"); len(early) != 2 || early[0].Name != "b.example" {
		t.Error(early)
	}
	if early := live.Early("2026-11-29T10:00:00Z"); len(early) != 0 {
		t.Error(early)
	}
}

func TestTell(t *testing.T) {
	place := Place{Volume: t.TempDir()}
	told := func(period string) (names []string) {
		t.Helper()
		live := granted
		live.Period = period
		if err := place.Tell(live, func(name string) { names = append(names, name) }); err != nil {
			t.Fatal(err)
		}
		return names
	}
	for _, row := range []struct {
		period string
		names  []string
	}{
		{"", nil},
		{"2026-11-29T09:00:00Z", []string{"a.example"}},
		{"2026-11-29T09:00:00Z", nil},
		{"2026-11-29T10:00:00Z", []string{"b.example", "c.example"}},
		{"2026-11-29T10:00:00Z", nil},
	} {
		if names := told(row.period); !slices.Equal(names, row.names) {
			t.Errorf("%s: %v", row.period, names)
		}
	}
	place.Volume = filepath.Join(place.Volume, "none")
	live := granted
	live.Period = "2026-11-29T10:00:00Z"
	if err := place.Tell(live, func(string) { t.Error("told before it is noted") }); err == nil {
		t.Error("no folder to note it in")
	}
}

func FuzzTimeBy(f *testing.F) {
	f.Add("5000 10\n")
	f.Add("99999999999 0")
	f.Fuzz(func(t *testing.T, note string) {
		if at := timeBy(note, 2000, 70); at < 2000 {
			t.Errorf("the time went back to %d", at)
		}
	})
}

func TestUptime(t *testing.T) {
	said, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Fatal(err)
	}
	whole, _, _ := strings.Cut(string(said), ".")
	before, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := Uptime(); err != nil || now < before || now > before+1 {
		t.Error(now, before, err)
	}
}
