package witness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A table of processes as the kernel has it, in a folder, and a container's root in another.
func lab(t *testing.T) Place {
	t.Helper()
	place := Place{Proc: filepath.Join(t.TempDir(), "proc"), Reference: filepath.Join(t.TempDir(), "reference")}
	root := t.TempDir()
	status := "Name:\tsh\nState:\tS (sleeping)\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\nNoNewPrivs:\t1\n"
	for path, text := range map[string]string{
		"1/mountinfo":     "1 0 0:1 / / ro - overlay overlay ro\n2 1 0:2 / /a\\040b rw,nosuid - ext4 /dev/sda rw\n3 1 0:3 / /file rw - ext4 /dev/sda rw\n4 1 0:4 / /lead/inside rw - ext4 /dev/sda rw\n",
		"1/net/dev":       "Inter-|   Receive\n face |bytes\n    lo: 1 2\n  eth0:3 4\n",
		"1/task/1/status": status,
		"7/task/7/status": status + "Seccomp:\t2\n",
		"8/task/8/status": "Name:\tsh\nState:\tZ (zombie)\n",
		"9/task/9/status": status,
		// Its first thread has ended, and it goes on as root.
		"10/task/10/status": "Name:\tsh\nState:\tZ (zombie)\n",
		"10/task/11/status": strings.Replace(status, "1000", "0", 1),
		"10/task/12/status": strings.Replace(status, "1000", "0", 1),
		// The rest of it has more rights than its first thread.
		"7/task/14/status": strings.Replace(status, "CapEff:\t0", "CapEff:\t1", 1),
	} {
		write(t, filepath.Join(place.Proc, path), text)
	}
	link(t, root, filepath.Join(place.Proc, "1/root"))
	link(t, "mnt:[10]", filepath.Join(place.Proc, "1/task/1/ns/mnt"))
	link(t, "mnt:[11]", filepath.Join(place.Proc, "7/task/7/ns/mnt"))
	link(t, "mnt:[20]", filepath.Join(place.Proc, "9/task/9/ns/mnt"))
	for _, thread := range []string{"7/task/14", "10/task/11", "10/task/12"} {
		link(t, "mnt:[11]", filepath.Join(place.Proc, thread, "ns/mnt"))
	}
	link(t, "mnt:[20]", filepath.Join(place.Proc, "self/ns/mnt"))
	write(t, filepath.Join(root, "a b/inside"), "")
	write(t, filepath.Join(root, "file"), "")
	link(t, "a b", filepath.Join(root, "lead"))
	write(t, filepath.Join(place.Reference, "0/part/of/it"), "")
	link(t, "part", filepath.Join(place.Reference, "0/lead"))
	return place
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

// there is what the kernel itself says of a path.
func there(t *testing.T, path, kind string) string {
	t.Helper()
	var status syscall.Stat_t
	if err := syscall.Lstat(path, &status); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(status.Dev, " ", status.Ino, " ", kind)
}

func TestLook(t *testing.T) {
	place := lab(t)
	root, err := os.Readlink(filepath.Join(place.Proc, "1/root"))
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	asked := strings.Join([]string{"reference 0 ", "reference 0", "reference 0 part/of/it", "reference 0 lead", "reference 0 lead/of", "reference 0 ../1", "reference 0 part//of", "reference 0 /part", "reference 1 x", "reference 0 part/", "reference 2", "reference 2 x", "reference 3", "reference 3 part", ""}, "\n")
	// A file that is mounted by itself, as a mask's is; and what is none of ours.
	for _, err := range []error{os.WriteFile(filepath.Join(place.Reference, "2"), nil, 0o600), os.Symlink("0", filepath.Join(place.Reference, "3"))} {
		if err != nil {
			t.Fatal(err)
		}
	}

	if err := Look(place, strings.NewReader(asked), &said); err != nil {
		t.Fatal(err)
	}
	at := func(path, kind string) string { return there(t, filepath.Join(root, path), kind) }
	below := func(path, kind string) string { return there(t, filepath.Join(place.Reference, "0", path), kind) }
	rights := "Uid=1000,1000,1000,1000 Gid=1000,1000,1000,1000 CapInh=0 CapPrm=0 CapEff=0 CapBnd=0 CapAmb=0 NoNewPrivs=1 Seccomp="
	want := []string{
		"mount 1 0 0:1 / / ro - overlay overlay ro", "at / " + at("", "directory"),
		`mount 2 1 0:2 / /a\040b rw,nosuid - ext4 /dev/sda rw`, `at /a\040b ` + at("a b", "directory"),
		"mount 3 1 0:3 / /file rw - ext4 /dev/sda rw", "at /file " + at("file", "file"),
		// A link is on the way.
		"mount 4 1 0:4 / /lead/inside rw - ext4 /dev/sda rw", "at /lead/inside 0 0 none",
		"reference 0  " + below("", "directory"), "reference 0  " + below("", "directory"), "reference 0 part/of/it " + below("part/of/it", "file"), "reference 0 lead " + below("lead", "other"),
		"reference 0 lead/of 0 0 none", "reference 0 ../1 0 0 none", "reference 0 part//of 0 0 none", "reference 0 /part 0 0 none", "reference 1 x 0 0 none", "reference 0 part/ " + below("part", "directory"),
		"reference 2  " + below("../2", "file"), "reference 2 x 0 0 none", "reference 3  " + below("../3", "other"), "reference 3 part 0 0 none",
		"link lo", "link eth0",
		"process 1 " + rights + "? mounts=mnt:[10]", "process 7 " + rights + "2 mounts=mnt:[11]",
		"process 7 " + strings.Replace(rights, "CapEff=0", "CapEff=1", 1) + "? mounts=mnt:[11]",
		"process 10 " + strings.Replace(rights, "1000", "0", 1) + "? mounts=mnt:[11]",
		"end", "",
	}
	if got := strings.Split(said.String(), "\n"); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nnot\n%s", said.String(), strings.Join(want, "\n"))
	}
}

// What cannot be seen is no proof: there is no end.
func TestLookIsCutShort(t *testing.T) {
	for name, spoil := range map[string]func(place Place) error{
		"a line that is none":     func(p Place) error { return os.WriteFile(p.Proc+"/1/mountinfo", []byte("1 0 0:1 / /\n"), 0o644) },
		"no table of mounts":      func(p Place) error { return os.Remove(p.Proc + "/1/mountinfo") },
		"no root":                 func(p Place) error { return os.Remove(p.Proc + "/1/root") },
		"no interfaces":           func(p Place) error { return os.Remove(p.Proc + "/1/net/dev") },
		"no namespace of its own": func(p Place) error { return os.Remove(p.Proc + "/self/ns/mnt") },
		"a process unseen":        func(p Place) error { return os.Remove(p.Proc + "/7/task/7/ns/mnt") },
		"rights that are unread":  func(p Place) error { return os.Rename(p.Proc+"/7/task/7/status", p.Proc+"/7/task/7/was") },
	} {
		place := lab(t)
		if err := spoil(place); err != nil {
			t.Fatal(err)
		}
		if name == "rights that are unread" {
			// A folder is a table that cannot be read.
			if err := os.Mkdir(place.Proc+"/7/task/7/status", 0o755); err != nil {
				t.Fatal(err)
			}
		}
		var said strings.Builder
		if err := Look(place, strings.NewReader(""), &said); err == nil || strings.HasSuffix(said.String(), "end\n") {
			t.Errorf("%s: %v %s", name, err, said.String())
		}
	}
	for _, line := range []string{"reference", "reference x y", "reference 1 a b", "mount 1 x", "reference 1 a\tb"} {
		if err := Look(lab(t), strings.NewReader(line), &strings.Builder{}); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}

// The real kernel's tables, of this process: it has all that is looked for.
func TestLookAtOneself(t *testing.T) {
	text, err := file("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines(text) {
		if _, err := mountPoint(line); err != nil {
			t.Error(err)
		}
	}
	status, err := file("/proc/self/status")
	if err != nil || gone(status, err) || strings.Contains(rights(status), "?") {
		t.Errorf("%v %s", err, rights(status))
	}
}

func TestUnescape(t *testing.T) {
	for path, want := range map[string]string{
		`/a\040b`: "/a b", `/a\134040`: `/a\040`, `/\303\251`: "/é", `/\04`: `/\04`, `/\`: `/\`, `/\999`: `/\999`, `/\777`: `/\777`, "": "",
	} {
		if said := unescape(path); said != want {
			t.Errorf("%q: %q", path, said)
		}
	}
}

func FuzzMountPoint(f *testing.F) {
	f.Add("22 1 0:21 / /proc rw,nosuid - proc proc rw")
	f.Add(`23 1 0:22 /x /a\040b\134 rw shared:1 - ext4 /dev/sda1 rw`)
	f.Add("1 2 3 4 /a\u00a0b rw - x")
	f.Fuzz(func(t *testing.T, line string) {
		point, err := mountPoint(line)
		if err == nil && (!strings.HasPrefix(point, "/") || strings.Contains(point, " ")) {
			t.Errorf("%q of %q", point, line)
		}
		unescape(point)
	})
}

func FuzzRights(f *testing.F) {
	f.Add([]byte("Name:\tsh\nUid:\t0\t0\t0\t0\nSeccomp:\t2\n"))
	f.Add([]byte("State:\tZ (zombie)\n"))
	f.Fuzz(func(t *testing.T, status []byte) {
		gone(status, nil)
		if words := strings.Split(rights(status), " "); len(words) != 9 {
			t.Errorf("%q", words)
		}
		linkNames(status)
	})
}

func TestThreadThatEndsIsNoHole(t *testing.T) {
	at := t.TempDir()
	status := filepath.Join(at, "status")
	write := func(state string) {
		if err := os.WriteFile(status, []byte("Name:\tsh\nState:\t"+state+"\n"), 0o600); err != nil {
			t.Error(err)
		}
	}
	// Its namespaces are gone, and its table does not say so yet.
	write("R (running)")
	time.AfterFunc(50*time.Millisecond, func() { write("Z (zombie)") })
	if mounts, status, err := lookAtThread(at); mounts != "" || status != nil || err != nil {
		t.Fatal(mounts, string(status), err)
	}
}
