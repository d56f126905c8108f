// Package processes looks at what runs in the gateway.
package processes

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Process is one of the machine's table of processes, as far as this namespace sees it.
type Process struct {
	Pid, Parent int
	// As /proc/PID/stat has it: T is stopped, Z has ended and waits for its parent.
	State byte
	Name  string
}

// Scan reads the table. A process that ends meanwhile is left out.
func Scan(proc string) ([]Process, error) {
	folder, err := os.Open(proc)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var found []Process
	// A line of the kernel's has some 50 numbers of 20 digits at most, and a name of 64 letters.
	var line [2048]byte
	for _, name := range names {
		if name[0] < '0' || name[0] > '9' {
			continue
		}
		if process, ok := read(string(content(proc+"/"+name+"/stat", line[:]))); ok {
			found = append(found, process)
		}
	}
	return found, nil
}

// content reads a file of /proc at once, into room that there is. Go's own way to read a file takes eight calls of the kernel, and this is done for each process every few seconds.
func content(path string, room []byte) []byte {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	length, err := syscall.Read(fd, room)
	if err != nil {
		return nil
	}
	return room[:length]
}

// read reads a line of /proc/PID/stat: the name is between the first and the last bracket, whatever is in it.
func read(text string) (Process, bool) {
	first, last := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if first < 0 || last < first {
		return Process{}, false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(text[:first]))
	fields := strings.Fields(text[last+1:])
	if err != nil || len(fields) < 2 || len(fields[0]) != 1 {
		return Process{}, false
	}
	parent, err := strconv.Atoi(fields[1])
	return Process{Pid: pid, Parent: parent, State: fields[0][0], Name: text[first+1 : last]}, err == nil
}

// Kept are those that the first process is an ancestor of. A process that the engine's exec started has no parent in this namespace: it is the operator's, and is left alone.
func Kept(all []Process) []Process {
	parents := map[int]int{}
	for _, process := range all {
		parents[process.Pid] = process.Parent
	}
	var kept []Process
	for _, process := range all {
		ancestor := process.Parent
		// Numbers that were given anew meanwhile may make a circle of parents.
		for steps := 0; ancestor > 1 && steps < len(all); steps++ {
			ancestor = parents[ancestor]
		}
		if ancestor == 1 && process.State != 'Z' {
			kept = append(kept, process)
		}
	}
	return kept
}

// Stray is a process that does not do what it is there for.
type Stray struct {
	Process
	// What is wrong with it: it is `stopped`, or an `orphan`, which has lost its supervisor.
	How string
}

// Strays are the kept processes that are stopped, and those that no supervisor has any more.
func Strays(kept []Process) []Stray {
	var found []Stray
	for _, process := range kept {
		switch {
		case process.State == 'T':
			found = append(found, Stray{process, "stopped"})
		case process.Parent == 1 && process.Name != "s6-supervise" && process.Name != "s6-svscan":
			found = append(found, Stray{process, "orphan"})
		}
	}
	return found
}
