// Package witness says what the kernel tells of a container, seen from outside.
package witness

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gatewayd/contract"
)

// Place is where things are looked for.
type Place struct {
	// The kernel's tables, of the process namespace that this program shares with the container.
	Proc string
	// In it directories and files of the host are mounted again, by number.
	Reference string
}

// Here is where the engine has them.
var Here = Place{Proc: "/proc", Reference: contract.Reference}

// reference is something that the same source of a mount has: a path in the directory of this number, or the file of this number itself, where no name on the way may be a link.
type reference struct{ number, path string }

// What is read at most: a container has some dozens of mounts, and a client's list has as many references.
const most = 1 << 22

// Look prints what there is, a line each:
//
//	mount TABLE-LINE              the table of mounts of the container's first process
//	at PATH DEVICE INODE TYPE     what is at a mount point
//	reference NUMBER PATH DEVICE INODE TYPE
//	link NAME                     a network interface
//	process PID NAME=VALUE...     rights of every process there, a line for all of its threads that have the same, and `mounts` the namespace they have their mounts from
//	end                           everything was seen; without this line nothing that was printed counts
//
// Paths are as the kernel's table of mounts writes them (\040 for a space). TYPE is file, directory, other, or none where there is nothing or a link is on the way. It runs as root with
// CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, from an image of this project, so no program of the container is run and no link in it is followed.
func Look(place Place, asked io.Reader, to io.Writer) error {
	references, err := readReferences(asked)
	if err != nil {
		return err
	}
	said := bufio.NewWriter(to)
	for _, look := range []func() error{
		func() error { return place.mounts(said) },
		func() error { return place.references(said, references) },
		func() error { return place.links(said) },
		func() error { return place.processes(said) },
	} {
		if err := look(); err != nil {
			// What was seen is said; that the end is missing says the rest.
			return errors.Join(err, said.Flush())
		}
	}
	fmt.Fprintln(said, contract.SaysSeen)
	return said.Flush()
}

// readReferences reads `reference NUMBER PATH`, a line each. The path of a whole mount is empty.
func readReferences(from io.Reader) ([]reference, error) {
	text, err := all(from)
	if err != nil {
		return nil, err
	}
	var found []reference
	for _, line := range lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		words := strings.Split(line, " ")
		if len(words) == 2 {
			words = append(words, "")
		}
		if len(words) != 3 || words[0] != contract.LookReference || words[1] == "" || strings.Trim(words[1], "0123456789") != "" || strings.ContainsAny(words[2], "\t\r\v\f") {
			return nil, fmt.Errorf("not a reference: %s", line)
		}
		found = append(found, reference{words[1], words[2]})
	}
	return found, nil
}

func (p Place) mounts(said io.Writer) error {
	text, err := file(filepath.Join(p.Proc, "1/mountinfo"))
	if err != nil {
		return err
	}
	// A link of the kernel's own: it leads to the directory that the container's first process has as its root.
	root, err := openRoot(filepath.Join(p.Proc, "1/root"), 0)
	if err != nil {
		return err
	}
	defer root.close()
	for _, line := range lines(text) {
		point, err := mountPoint(line)
		if err != nil {
			return err
		}
		fmt.Fprintln(said, contract.LookMount, line)
		fmt.Fprintln(said, contract.LookAt, point, root.about(strings.Trim(unescape(point), "/")))
	}
	return nil
}

// mountPoint is the fifth word of a line of the table. Between words is one space of ASCII: other spaces are bytes of a path.
func mountPoint(line string) (string, error) {
	words := strings.Split(line, " ")
	if len(words) < 6 || !strings.HasPrefix(words[4], "/") {
		return "", fmt.Errorf("not a line of the table of mounts: %q", line)
	}
	return words[4], nil
}

func (p Place) references(said io.Writer, references []reference) error {
	for _, reference := range references {
		what := nothing
		if root, err := openRoot(filepath.Join(p.Reference, reference.number), syscall.O_NOFOLLOW); err == nil {
			what = root.about(strings.TrimRight(unescape(reference.path), "/"))
			root.close()
		}
		fmt.Fprintln(said, contract.LookReference, reference.number, reference.path, what)
	}
	return nil
}

// links are the network interfaces of the container's first process.
func (p Place) links(said io.Writer) error {
	text, err := file(filepath.Join(p.Proc, "1/net/dev"))
	if err != nil {
		return err
	}
	for _, name := range linkNames(text) {
		fmt.Fprintln(said, contract.LookLink, name)
	}
	return nil
}

// linkNames are the words before a colon. A name has neither spaces nor colons (the kernel's dev_valid_name).
func linkNames(table []byte) []string {
	var found []string
	for _, line := range lines(table) {
		name, _, ok := strings.Cut(strings.TrimLeft(line, " \t"), ":")
		if ok && name != "" && !strings.ContainsAny(name, " \t") {
			found = append(found, name)
		}
	}
	return found
}

func (p Place) processes(said io.Writer) error {
	own, err := os.Readlink(filepath.Join(p.Proc, "self/ns/mnt"))
	if err != nil {
		return fmt.Errorf("cannot see my own namespace: %w", err)
	}
	pids, err := numbers(p.Proc)
	if err != nil {
		return err
	}
	for _, pid := range pids {
		all, err := rightsOfThreads(filepath.Join(p.Proc, strconv.Itoa(pid), "task"), own)
		if err != nil {
			return fmt.Errorf("cannot see process %d: %w", pid, err)
		}
		for _, rights := range all {
			fmt.Fprintln(said, contract.LookProcess, pid, rights)
		}
	}
	return nil
}

// rightsOfThreads are what a process's threads have, each once. Rights are a thread's own, and a process whose first thread has ended goes on in the others, while the table of its own says that
// it is a zombie without namespaces (seen on 6.18). Threads with the mounts of this program are its own.
func rightsOfThreads(tasks, own string) (found []string, err error) {
	threads, err := numbers(tasks)
	if err != nil && !missing(err) {
		return nil, err
	}
	for _, thread := range threads {
		mounts, status, err := lookAtThread(filepath.Join(tasks, strconv.Itoa(thread)))
		if err != nil {
			return nil, err
		}
		// One that ended meanwhile is left out.
		if status == nil || mounts == own {
			continue
		}
		if all := rights(status) + " mounts=" + mounts; !slices.Contains(found, all) {
			found = append(found, all)
		}
	}
	return found, nil
}

// looks is how often a thread without namespaces is looked at, 10 ms apart, until it has ended.
const looks = 200

// lookAtThread is which mounts a thread has, and its table; none of one that has ended. A thread that ends loses its namespaces before its table says that it has ended (do_exit; seen: it still
// runs and has none, of an agent that forks all the while on a burdened machine, whose up that stopped), so one without is looked at again.
func lookAtThread(at string) (mounts string, status []byte, err error) {
	for look := 1; ; look++ {
		mounts, err := os.Readlink(filepath.Join(at, "ns/mnt"))
		status, unread := file(filepath.Join(at, "status"))
		if gone(status, unread) && (err != nil || unread != nil) {
			return "", nil, nil
		}
		if !missing(err) || look == looks {
			return mounts, status, errors.Join(err, unread)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// numbers are the names in a folder of the kernel's that are numbers, the smallest first: all processes that this namespace sees, or all threads of one.
func numbers(path string) ([]int, error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var found []int
	for _, name := range names {
		if number, err := strconv.Atoi(name); err == nil && number > 0 {
			found = append(found, number)
		}
	}
	slices.Sort(found)
	return found, nil
}

// gone is true of a thread that has ended: its table is not there, or says so. One that still waits for its parent has no namespaces any more.
func gone(status []byte, err error) bool {
	if err != nil {
		return missing(err)
	}
	state := valueOf(status, "State")
	return strings.HasPrefix(state, "Z") || strings.HasPrefix(state, "X")
}

// rights are those of the contract that a process's table has, in its order; `?` is one that is not there.
func rights(status []byte) string {
	var found []string
	for _, name := range contract.Rights {
		// That is told by a link, and no line.
		if name == "mounts" {
			continue
		}
		value := valueOf(status, name)
		if value == "" {
			value = "?"
		}
		found = append(found, name+"="+value)
	}
	return strings.Join(found, " ")
}

// valueOf is what a line `NAME: WORD WORD` has, with commas. A process's own name cannot begin a line: the kernel writes its ends of lines as \n.
func valueOf(status []byte, name string) string {
	for _, line := range lines(status) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.Join(strings.Fields(value), ",")
		}
	}
	return ""
}

// unescape reads a path as the kernel's table writes it: \ and three digits is a byte.
func unescape(path string) string {
	var text strings.Builder
	for at := 0; at < len(path); at++ {
		if path[at] == '\\' && at+4 <= len(path) {
			if octal, err := strconv.ParseUint(path[at+1:at+4], 8, 8); err == nil {
				text.WriteByte(byte(octal))
				at += 3
				continue
			}
		}
		text.WriteByte(path[at])
	}
	return text.String()
}

func file(path string) ([]byte, error) {
	opened, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return all(opened)
}

func all(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err == nil && len(text) > most {
		err = errors.New("too much to look at")
	}
	return text, err
}

func lines(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	return strings.Split(string(bytes.TrimSuffix(text, []byte("\n"))), "\n")
}
