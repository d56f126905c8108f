package apply

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gatewayd/contract"
	"gatewayd/policy"
)

/*
 * An apply is tried with programs of the test's own in the place of nft, haproxy, dnsmasq and s6: shell scripts that keep what they were given in the folder $WORLD. What the kernel has
 * and what daemons have read is so seen from outside. Real ones are tried on an engine (test/engine/fault).
 */

// programs are what is on PATH, by name. `broken` in what they read is what they refuse.
var programs = map[string]string{
	"nft": `case "$1" in
	  --check) ! grep -q broken "$3" ;;
	  -f) if grep -q unloadable "$2"; then exit 1; fi; if [ -e "$2" ]; then grep -v define "$2" >$WORLD/kernel; else echo baseline >$WORLD/kernel; fi; echo >>$WORLD/changes ;;
	  *) cat $WORLD/kernel ;;
	  esac`,
	"haproxy":   `if grep broken "$3"; then echo "unknown word" >&2; exit 1; fi`,
	"dnsmasq":   `if grep broken "${2#--conf-file=}"; then exit 1; fi`,
	"ip":        `echo "$@" >>$WORLD/routes`,
	"s6-svstat": `if [ "$2" = pid ]; then wc -c <$WORLD/told; elif [ -e $WORLD/up ]; then echo true; else echo false; fi`,
	"s6-svc":    `echo "$1 ${2##*/}" >>$WORLD/told`,
}

// answers are the daemons, as a test wants them.
type answers struct {
	reload, wait, cut error
	// Whether the worker can be given what a policy has more.
	grows bool
	// Only for this policy.
	of string
}

func (a answers) Grow() bool {
	note("grow")
	return a.grows
}
func (a answers) Reload() error {
	note("reload")
	return a.reload
}

// note is what the proxy was asked for.
func note(word string) {
	if file, err := os.OpenFile(filepath.Join(os.Getenv("WORLD"), "told"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
		fmt.Fprintln(file, word+" proxy")
		file.Close()
	}
}
func (a answers) Cut() error { return a.cut }
func (a answers) Wait(live policy.Live) error {
	if a.of == "" || live.Agent == a.of {
		return a.wait
	}
	return nil
}

// world is a gateway with its places, in which daemons run by a first policy, if any.
func world(t *testing.T, daemons answers) Gateway {
	t.Helper()
	folder := t.TempDir()
	place := policy.Place{Run: filepath.Join(folder, "run"), Volume: filepath.Join(folder, "volume")}
	for name, text := range programs {
		put(t, filepath.Join(folder, "bin", name), "#!/bin/sh\n"+text+"\n", 0o755)
	}
	for _, service := range []string{"proxy", "dns", "resolver", "dial"} {
		control := filepath.Join(place.Service(service), "supervise/control")
		put(t, control, "", 0o644)
	}
	put(t, filepath.Join(place.Run, "sides"), "inner=eth1\nouter=eth0\n", 0o644)
	put(t, filepath.Join(place.Volume, "here"), "", 0o644)
	t.Setenv("WORLD", folder)
	t.Setenv("PATH", filepath.Join(folder, "bin")+":"+os.Getenv("PATH"))
	t.Setenv(contract.EnvironmentClient, "acme")
	t.Setenv(contract.EnvironmentInnerAddress, "10.0.0.2")
	return tried(place, daemons)
}

// tried is a gateway whose kernel counts what the test's own nft loads, and which notes what it tells.
func tried(place policy.Place, daemons daemonsOf) Gateway {
	g := at(place, nil, daemons)
	g.changes = func() (uint32, error) {
		text, err := os.ReadFile(filepath.Join(os.Getenv("WORLD"), "changes"))
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return uint32(len(text)), err
	}
	g.tell = func(line contract.Line) {
		file, err := os.OpenFile(filepath.Join(os.Getenv("WORLD"), "audit"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintln(file, line.Kind, line.Name, line.Reason)
			file.Close()
		}
	}
	return g
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

const rules = `table inet gateway {
  set private {
    type ipv4_addr; flags interval;
  }
  chain input {
    type filter hook input priority filter; policy drop;
  }
  chain output {
    type filter hook output priority filter; policy drop;
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
`

// bundle is a policy that is told from others by its agent's address; edits are made to its text.
func bundle(agent string, edits ...string) []byte {
	sections := map[string]string{
		contract.BundleDeclared: fmt.Sprintf(`{"format":%d,"client":"acme","gateway":"10.0.0.2","agent":%q,"vips":"10.0.0.128/25"}`+"\n", contract.Format, agent),
		"rules.nft":             rules + "# " + agent + "\n",
		"resolver.conf":         "# " + agent + "\n",
		"hosts":                 "10.0.0.130 a.example\n",
	}
	var text strings.Builder
	for _, name := range contract.BundleSections {
		text.WriteString(contract.BundleMark + name + "\n" + sections[name])
	}
	text.WriteString(contract.BundleMark + contract.BundleEnd + "\n")
	return []byte(strings.NewReplacer(edits...).Replace(text.String()))
}

var first, second = bundle("10.0.0.3"), bundle("10.0.0.4")

// inForce is the policy that everything agrees on: the link, the kernel, the saved one. Empty where the gateway is shut.
func inForce(t *testing.T, g Gateway) string {
	t.Helper()
	kernel, err := os.ReadFile(filepath.Join(os.Getenv("WORLD"), "kernel"))
	if err != nil {
		t.Fatal(err)
	}
	live, err := g.Read()
	if errors.Is(err, os.ErrNotExist) {
		if string(kernel) != "baseline\n" {
			t.Errorf("no policy is live, and the kernel has %s", kernel)
		}
		return ""
	}
	if err != nil || live.Verify() != nil {
		t.Fatal(err, live.Verify())
	}
	if !strings.Contains(string(kernel), "# "+live.Agent+"\n") {
		t.Errorf("%s is live, and the kernel has %s", live.Agent, kernel)
	}
	if !g.IsSaved(live) {
		t.Errorf("%s is live, and not saved", live.Agent)
	}
	for name := range read {
		if !g.hasRead(name) {
			t.Errorf("%s is live, and it is not known whether its %s was read", live.Agent, name)
		}
	}
	if _, err := os.Lstat(g.Unfinished()); err == nil {
		t.Error("an apply is at work")
	}
	return live.Agent
}

func untold(error) {}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func folders(t *testing.T, g Gateway) int {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(g.Place.Run, "policy.*"))
	must(t, err)
	return len(all)
}

// runs has the daemons up by the first policy.
func runs(t *testing.T, g Gateway) {
	t.Helper()
	must(t, g.Apply(context.Background(), first, untold))
	put(t, filepath.Join(os.Getenv("WORLD"), "up"), "", 0o644)
	put(t, filepath.Join(os.Getenv("WORLD"), "told"), "", 0o644)
}

func told(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(os.Getenv("WORLD"), "told"))
	must(t, err)
	return strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", ", ")
}

func TestApply(t *testing.T) {
	g := world(t, answers{})
	must(t, g.Apply(context.Background(), first, untold))
	if agent := inForce(t, g); agent != "10.0.0.3" {
		t.Error(agent)
	}
	if said := told(t); said != "-d dial, -u resolver, -u dns, -u proxy" {
		t.Error(said)
	}
	runs(t, g)
	must(t, g.Apply(context.Background(), second, untold))
	if agent := inForce(t, g); agent != "10.0.0.4" || folders(t, g) != 1 {
		t.Error(agent, folders(t, g))
	}
	// The agent's resolver has the same configuration, and reads its names again.
	if said := told(t); said != "-d dial, -r resolver, -h dns, grow proxy, reload proxy" {
		t.Error(said)
	}
	routes, err := os.ReadFile(filepath.Join(os.Getenv("WORLD"), "routes"))
	if err != nil || !strings.Contains(string(routes), "route replace local 10.0.0.128/25 dev eth1\n") {
		t.Error(string(routes), err)
	}
}

// A proxy that can be given what is new starts no worker; one whose configuration is another, or that is to have the policy of before again, always does.
func TestTurnProxy(t *testing.T) {
	more := bundle("10.0.0.3", "a.example", "b.example")
	failed := errors.New("it does not answer")
	for name, row := range map[string]struct {
		daemons answers
		text    []byte
		want    string
	}{
		"names more":            {answers{grows: true}, more, "grow"},
		"something else":        {answers{}, more, "grow, reload"},
		"another configuration": {answers{grows: true}, bundle("10.0.0.3", contract.BundleMark+"haproxy.cfg\n", contract.BundleMark+"haproxy.cfg\nglobal\n"), "reload"},
		"refused afterwards":    {answers{grows: true, wait: failed, of: "10.0.0.4"}, second, "grow, reload"},
	} {
		t.Run(name, func(t *testing.T) {
			g := world(t, row.daemons)
			runs(t, g)
			if err := g.Apply(context.Background(), row.text, untold); errors.Is(err, failed) != (row.daemons.wait != nil) {
				t.Fatal(err)
			}
			inForce(t, g)
			var asked []string
			for word := range strings.SplitSeq(told(t), ", ") {
				if verb, ok := strings.CutSuffix(word, " proxy"); ok {
					asked = append(asked, verb)
				}
			}
			if said := strings.Join(asked, ", "); said != row.want {
				t.Error(said)
			}
		})
	}
}

// Rules that the kernel has already are not loaded, and rules that somebody changed are.
func TestApplyOfTheSameRules(t *testing.T) {
	for name, row := range map[string]struct{ kernel, want string }{
		"nobody changed them":  {"", "the same"},
		"somebody changed one": {"table inet gateway {\n}\n", "loaded"},
	} {
		t.Run(name, func(t *testing.T) {
			g := world(t, answers{})
			runs(t, g)
			if row.kernel != "" {
				put(t, filepath.Join(os.Getenv("WORLD"), "kernel"), row.kernel, 0o644)
			}
			must(t, os.Remove(filepath.Join(os.Getenv("WORLD"), "routes")))
			must(t, g.Apply(context.Background(), bundle("10.0.0.3", "a.example", "b.example"), untold))
			_, err := os.Stat(filepath.Join(os.Getenv("WORLD"), "routes"))
			if loaded := err == nil; loaded != (row.want == "loaded") {
				t.Error(loaded)
			}
			inForce(t, g)
		})
	}
}

func TestRefused(t *testing.T) {
	for name, row := range map[string]struct {
		daemons answers
		text    []byte
		want    string
		at      State
		// What is in force afterwards; nothing where the gateway is shut.
		agent string
	}{
		"of another client":           {text: bundle("10.0.0.4", "acme", "globex"), want: "not for acme", at: Incoming, agent: "10.0.0.3"},
		"of nothing":                  {want: "cut short", at: Incoming, agent: "10.0.0.3"},
		"too large":                   {text: append(second, make([]byte, Largest)...), want: "larger than", at: Incoming, agent: "10.0.0.3"},
		"rules that accept":           {text: bundle("10.0.0.4", "policy drop", "policy accept"), want: "does not drop by default", at: Staged, agent: "10.0.0.3"},
		"a chain less":                {text: bundle("10.0.0.4", "hook forward", "hook output"), want: "does not drop by default", at: Staged, agent: "10.0.0.3"},
		"rules that nft refuses":      {text: bundle("10.0.0.4", "# 10.0.0.4", "# broken"), want: "nft refuses rules.nft", at: Staged, agent: "10.0.0.3"},
		"words of no proxy's":         {text: bundle("10.0.0.4", "haproxy.cfg\n", "haproxy.cfg\nbroken\n"), want: "haproxy refuses haproxy.cfg: unknown word", at: Staged, agent: "10.0.0.3"},
		"words of no resolver's":      {text: bundle("10.0.0.4", "dnsmasq.conf\n", "dnsmasq.conf\nbroken\n"), want: "dnsmasq refuses dnsmasq.conf", at: Staged, agent: "10.0.0.3"},
		"hosts that are none":         {text: bundle("10.0.0.4", "a.example", "a b c"), want: "hosts has a line that is no address and name: 1:10.0.0.130 a b c", at: Staged, agent: "10.0.0.3"},
		"a map's line that is none":   {text: bundle("10.0.0.4", "names.map\n", "names.map\na.example\n"), want: "names.map has a line that is no key and value: 1:a.example", at: Staged, agent: "10.0.0.3"},
		"rules that do not load":      {text: bundle("10.0.0.4", "# 10.0.0.4", "# unloadable"), want: "nft", at: Applying, agent: "10.0.0.3"},
		"a daemon that never answers": {daemons: answers{wait: errors.New("a daemon is mute"), of: "10.0.0.4"}, text: second, want: "a daemon is mute", at: Applying, agent: "10.0.0.3"},
	} {
		t.Run(name, func(t *testing.T) {
			g := world(t, row.daemons)
			runs(t, g)
			var why error
			err := g.Apply(context.Background(), row.text, func(told error) {
				why = told
				// It is told before the policy before is put back.
				if _, err := os.Lstat(g.Unfinished()); (err == nil) != (row.at >= Applying) {
					t.Errorf("the mark is there: %v", err == nil)
				}
			})
			var refused *Refused
			if !errors.As(err, &refused) || refused.At != row.at || refused.Shut || !strings.Contains(err.Error(), "the policy is refused: ") || why == nil || !strings.Contains(why.Error(), row.want) {
				t.Errorf("%v", err)
			}
			if agent := inForce(t, g); agent != row.agent {
				t.Errorf("%q is in force", agent)
			}
			if _, err := os.Lstat(g.Saved() + ".next"); err == nil {
				t.Error("something is left beside the saved policy")
			}
		})
	}
}

// What cannot be put back shuts the gateway.
func TestRefusedAndShut(t *testing.T) {
	g := world(t, answers{})
	runs(t, g)
	g.daemons = answers{wait: errors.New("a daemon is mute")}
	err := g.Apply(context.Background(), second, untold)
	var refused *Refused
	if !errors.As(err, &refused) || !refused.Shut {
		t.Error(err)
	}
	if agent := inForce(t, g); agent != "" {
		t.Errorf("%q is in force", agent)
	}
	if said := told(t); !strings.HasSuffix(said, "-d proxy, -d dns, -d resolver, -d dial") {
		t.Error(said)
	}
	for _, service := range []string{"proxy", "dns", "resolver", "dial"} {
		if _, err := os.Stat(filepath.Join(g.Service(service), "down")); err != nil {
			t.Error(err)
		}
	}
}

// A first policy that is refused leaves the gateway as it was: shut.
func TestFirstRefused(t *testing.T) {
	g := world(t, answers{wait: errors.New("a daemon is mute")})
	if err := g.Apply(context.Background(), first, untold); err == nil {
		t.Error("applied")
	}
	if agent := inForce(t, g); agent != "" {
		t.Errorf("%q is in force", agent)
	}
}

func TestAskedToEnd(t *testing.T) {
	g := world(t, answers{})
	runs(t, g)
	asked, end := context.WithCancel(context.Background())
	end()
	if err := g.Apply(asked, second, untold); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if agent := inForce(t, g); agent != "10.0.0.3" {
		t.Errorf("%q is in force", agent)
	}
}

// Where a full disk is met before anything is touched.
func TestNoRoom(t *testing.T) {
	g := world(t, answers{})
	runs(t, g)
	must(t, os.Mkdir(g.Saved()+".next", 0o755))
	put(t, filepath.Join(g.Saved()+".next", "x"), "", 0o644)
	err := g.Apply(context.Background(), second, untold)
	var refused *Refused
	if !errors.As(err, &refused) || refused.At != Checked || !strings.Contains(err.Error(), "it could not be saved: ") {
		t.Error(err)
	}
	if agent := inForce(t, g); agent != "10.0.0.3" {
		t.Errorf("%q is in force", agent)
	}
}

// Each state in which an apply is killed leaves one policy whole, after what the watchdog does where it finds the mark: the old one, or the new one once that is saved.
func TestKilled(t *testing.T) {
	for state := Staged; state <= Saved; state++ {
		t.Run(state.String(), func(t *testing.T) {
			g := world(t, answers{})
			runs(t, g)
			killed := exec.Command(os.Args[0])
			killed.Env = append(os.Environ(), "KILLED_AT="+state.String(), "PLACE="+g.Place.Run+":"+g.Volume)
			killed.Stderr = os.Stderr
			if err := killed.Run(); err == nil || killed.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("it was not killed: %v", err)
			}
			_, err := os.Lstat(g.Unfinished())
			if marked := err == nil; marked != (state >= Applying) {
				t.Errorf("the mark is there: %v", marked)
			}
			if err == nil {
				must(t, g.Restore())
				must(t, os.Remove(g.Unfinished()))
			}
			want := "10.0.0.3"
			if state == Saved {
				want = "10.0.0.4"
			}
			if agent := inForce(t, g); agent != want {
				t.Errorf("%q is in force", agent)
			}
			// What it left in memory goes with the next one that succeeds.
			must(t, g.Apply(context.Background(), second, untold))
			if agent := inForce(t, g); agent != "10.0.0.4" || folders(t, g) != 1 {
				t.Error(agent, folders(t, g))
			}
		})
	}
}

// A start puts in force what was saved, for daemons that a supervisor starts afterwards.
func TestBegin(t *testing.T) {
	g := world(t, answers{})
	runs(t, g)
	// A container that starts: its memory is empty, its services are down.
	forget(t, g)
	for _, service := range []string{"proxy", "dns", "resolver", "dial"} {
		put(t, filepath.Join(g.Service(service), "down"), "", 0o644)
	}
	must(t, g.Begin())
	if agent := inForce(t, g); agent != "10.0.0.3" {
		t.Errorf("%q is in force", agent)
	}
	for service, want := range map[string]bool{"proxy": false, "dns": false, "resolver": false, "dial": true} {
		if _, err := os.Stat(filepath.Join(g.Service(service), "down")); (err == nil) != want {
			t.Errorf("%s is down: %v", service, !want)
		}
	}
	if said := told(t); said != "" {
		t.Errorf("there is no supervisor yet, and it was told: %s", said)
	}
	put(t, g.Saved(), "broken\n", 0o644)
	if err := g.Begin(); err == nil || inForce(t, g) != "" || folders(t, g) != 0 {
		t.Error(err)
	}
}

// forget leaves of a gateway what outlives its container: the volume.
func forget(t *testing.T, g Gateway) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(g.Place.Run, "*"))
	must(t, err)
	for _, path := range all {
		if name := filepath.Base(path); name != "service" && name != "sides" {
			must(t, os.RemoveAll(path))
		}
	}
}

// Daemons are asked at a start what they think of their files, unless they are those of the image that answered by this policy.
func TestBeginInAnotherImage(t *testing.T) {
	packages := filepath.Join(t.TempDir(), "status")
	put(t, packages, "haproxy 3.0.11\n", 0o644)
	was := madeOf
	madeOf = []string{packages}
	t.Cleanup(func() { madeOf = was })
	g := world(t, answers{})
	runs(t, g)
	must(t, g.Apply(context.Background(), bundle("10.0.0.4", contract.BundleMark+"haproxy.cfg\n", contract.BundleMark+"haproxy.cfg\nold word\n"), untold))
	program := filepath.Join(os.Getenv("WORLD"), "bin/haproxy")
	put(t, program, "#!/bin/sh\necho 'old word: unknown' >&2; exit 1\n", 0o755)
	forget(t, g)
	must(t, g.Begin())
	if agent := inForce(t, g); agent != "10.0.0.4" {
		t.Errorf("%q is in force", agent)
	}
	put(t, packages, "haproxy 3.2.0\n", 0o644)
	forget(t, g)
	if err := g.Begin(); err == nil || !strings.Contains(err.Error(), "haproxy refuses haproxy.cfg: ") || inForce(t, g) != "" {
		t.Error(err)
	}
	put(t, packages, "haproxy 3.0.11\n", 0o644)
	must(t, os.Remove(g.Taken()))
	if err := g.Begin(); err == nil || inForce(t, g) != "" {
		t.Error("nobody noted that they took it, and they were not asked:", err)
	}
}

// What somebody else puts into the rules while they are loaded is not noted as the policy's.
func TestRulesOfSomebodyElse(t *testing.T) {
	g := world(t, answers{})
	runs(t, g)
	folder := os.Getenv("WORLD")
	nft := strings.Replace(programs["nft"], "*) cat", `*) if [ -s $WORLD/others ]; then sed -i 1d $WORLD/others; echo "# another's" >>$WORLD/kernel; echo >>$WORLD/changes; fi; cat`, 1)
	put(t, filepath.Join(folder, "bin/nft"), "#!/bin/sh\n"+nft+"\n", 0o755)
	for times, want := range map[int]bool{1: true, 4: true, 100: false} {
		put(t, filepath.Join(folder, "others"), strings.Repeat("x\n", times), 0o644)
		if err := g.LoadRules(); (err == nil) != want {
			t.Errorf("changed %d times: %v", times, err)
		}
		if note, err := os.ReadFile(filepath.Join(g.Live(), "rules.kernel")); err != nil || strings.Contains(string(note), "another's") {
			t.Errorf("changed %d times: %v: %s", times, err, note)
		}
	}
}

// What is put back leaves no folder of what was in force before.
func TestRestoreLeavesNothing(t *testing.T) {
	g := world(t, answers{})
	runs(t, g)
	for range 3 {
		must(t, g.Restore())
	}
	if left := folders(t, g); left != 1 {
		t.Errorf("%d folders", left)
	}
	g.daemons = answers{wait: errors.New("a daemon is mute")}
	if err := g.Restore(); err == nil || folders(t, g) != 0 {
		t.Error(err, folders(t, g))
	}
}

// The audit is told before the mark goes: of an apply that is killed between the two the watchdog tells.
func TestTold(t *testing.T) {
	g := world(t, answers{})
	tell := g.tell
	g.tell = func(line contract.Line) {
		if hash, err := os.ReadFile(g.Unfinished()); err != nil || string(hash) != line.Name || !g.IsSaved(live(t, g)) {
			t.Errorf("the mark says %q: %v", hash, err)
		}
		tell(line)
	}
	must(t, g.Apply(context.Background(), first, untold))
	said, err := os.ReadFile(filepath.Join(os.Getenv("WORLD"), "audit"))
	if want := "policy " + live(t, g).Hash + " live\n"; err != nil || string(said) != want {
		t.Errorf("%q: %v", said, err)
	}
}

func live(t *testing.T, g Gateway) policy.Live {
	t.Helper()
	live, err := g.Read()
	must(t, err)
	return live
}

func TestDropsByDefault(t *testing.T) {
	if err := DropsByDefault(rules); err != nil {
		t.Error(err)
	}
	for _, edit := range [][2]string{
		{"hook input priority filter; policy drop;", "hook input priority filter; policy accept;"},
		{"type filter hook input priority filter; policy drop;", ""},
		{"hook input priority filter; policy drop;", "hook input priority filter;"},
		{"hook input", "hook prerouting"},
		{"type filter hook input", "type nat hook input"},
		{"type filter hook forward priority filter; policy drop;", "type filter hook forward priority filter; policy drop;\ntype filter hook forward priority filter; policy drop;"},
	} {
		if err := DropsByDefault(strings.Replace(rules, edit[0], edit[1], 1)); err == nil {
			t.Errorf("%s: it drops by default", edit[1])
		}
	}
}

func TestMain(m *testing.M) {
	state, run, volume := os.Getenv("KILLED_AT"), "", ""
	if state == "" {
		os.Exit(m.Run())
	}
	run, volume, _ = strings.Cut(os.Getenv("PLACE"), ":")
	a := attempt{Gateway: tried(policy.Place{Run: run, Volume: volume}, answers{}), refused: untold, reached: func(now State) {
		if now.String() == state {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}}
	fmt.Fprintln(os.Stderr, a.apply(context.Background(), second))
}
