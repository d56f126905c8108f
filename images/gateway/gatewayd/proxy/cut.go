package proxy

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gatewayd/contract"
)

var (
	row     = regexp.MustCompile(` key=([0-9.]+:\d+)/(\S+) use=[1-9]`)
	session = regexp.MustCompile(`(?m)^(0x[0-9a-f]+): proto=\S+ src=(\S+) fe=(` + strings.Join(contract.KindsConnections, "|") + `) `)
)

// Cut ends each connection of an old worker whose policy line is gone, and says which, as kind/line. The worker's table has the line of each connection that it allowed, by
// the client's address. A connection that is not judged yet would be judged by the policy before, so it is cut as well. (`shutdown sessions server` is no way: a worker that
// is on its way out answers "Proxy is disabled", measured on 3.0.) A worker that ends meanwhile answers nothing, which says nothing of its connections.
func (m Master) Cut() ([]string, error) {
	workers, err := m.Workers()
	if err != nil {
		return nil, err
	}
	return m.cut(workers)
}

func (m Master) cut(workers Workers) ([]string, error) {
	if len(workers.Old) == 0 {
		return nil, nil
	}
	live, err := liveLines(m.Live)
	if err != nil {
		return nil, err
	}
	var cut []string
	for _, worker := range workers.Old {
		before, err := m.judged(worker)
		if err != nil {
			return cut, err
		}
		sessions, err := m.ask(worker, "show sess")
		if err != nil {
			return cut, err
		}
		// Whoever asks is one of them.
		if !strings.Contains(sessions, " fe=GLOBAL ") {
			return cut, fmt.Errorf("an old worker (%d) does not say which connections it has", worker)
		}
		// A line of one that ended meanwhile would stand for another that is not judged yet: those count that were there before and are there after.
		after, err := m.judged(worker)
		if err != nil {
			return cut, err
		}
		all := session.FindAllStringSubmatch(sessions, -1)
		from := map[string]int{}
		for _, found := range all {
			from[found[2]]++
		}
		for _, found := range all {
			line := verdict(live, both(before[found[2]], after[found[2]]), from[found[2]], found[3])
			if line == "" {
				continue
			}
			if _, err := m.ask(worker, "shutdown session "+found[1]); err != nil {
				return cut, err
			}
			cut = append(cut, line)
		}
	}
	return cut, nil
}

// judged are the lines that a worker let connections through by, by where those come from.
func (m Master) judged(worker int) (map[string][]string, error) {
	table, err := m.ask(worker, "show table lines")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(table, "# table: lines") {
		return nil, fmt.Errorf("an old worker (%d) does not say which lines it let through", worker)
	}
	lines := map[string][]string{}
	for _, found := range row.FindAllStringSubmatch(table, -1) {
		lines[found[1]] = append(lines[found[1]], found[2])
	}
	return lines, nil
}

func both(before, after []string) []string {
	return slices.DeleteFunc(slices.Clone(before), func(line string) bool { return !slices.Contains(after, line) })
}

// verdict is the line for which a connection is cut, or nothing. The table knows a connection by where it comes from, and a client may have several from one port to different
// addresses: which line is whose is not known then, so each of them stays only while all of their lines do, and none of them is not judged yet.
func verdict(live lines, judged []string, connections int, kind string) string {
	for _, line := range judged {
		if !live.allow(line) {
			return line
		}
	}
	if connections > len(judged) {
		return kind + "/undecided"
	}
	return ""
}

// lines are the lines of a policy as the proxy writes them: kind/line. `exact/NAME` says that a name has a line of its own.
type lines map[string]bool

// kindOf is the kind of connections that a port of a name is for.
var kindOf = map[string]string{"443": "tls", "80": "http"}

// liveLines reads them from the maps of the live policy, whose entries are `NAME ADDRESS:PORTS`, or in names.map `NAME ADDRESS:PORTS:AT` of a name with a declared address: a
// name that is open on one of the two ports keeps no connection to the other, and one that leads to another address none to the one before.
func liveLines(live string) (lines, error) {
	found := lines{}
	ports := func(name, entry string) {
		if fields := strings.Split(entry, ":"); len(fields) > 1 {
			for port := range strings.SplitSeq(fields[1], ",") {
				found[kindOf[port]+"/"+name] = true
			}
		}
	}
	for file, add := range map[string]func(key, value string){
		"below.map": ports,
		"names.map": func(name, entry string) {
			found["exact/"+name] = true
			if fields := strings.Split(entry, ":"); len(fields) > 2 {
				ports(name+"@"+fields[2], entry)
			} else {
				ports(name, entry)
			}
		},
		"ports.map":   func(at, name string) { found["tcp/"+name+":"+at[strings.LastIndex(at, ":")+1:]] = true },
		"lan.map":     func(_, entry string) { found["lan/"+entry] = true },
		"inbound.map": func(_, entry string) { found["inbound/"+entry] = true },
	} {
		text, err := os.ReadFile(filepath.Join(live, file))
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(string(text), "\n") {
			if words := strings.Fields(line); len(words) > 1 {
				add(words[0], words[1])
			}
		}
	}
	return found, nil
}

// allow is whether the policy has a line, or a wildcard or the line of all names allows a name whose own line is gone: its connections stay. Of a name with a line, or with
// one that had a declared address (NAME@ADDRESS), no wildcard says where it leads.
func (l lines) allow(line string) bool {
	if l[line] {
		return true
	}
	kind, name, _ := strings.Cut(line, "/")
	if kind != "tls" && kind != "http" || name == "" || strings.Contains(name, "@") || l["exact/"+name] {
		return false
	}
	if l[kind+"/."] {
		return true
	}
	if strings.HasPrefix(name, ".") {
		return false
	}
	for {
		at := strings.Index(name, ".")
		if at < 0 {
			return false
		}
		if l[kind+"/"+name[at:]] {
			return true
		}
		name = name[at+1:]
	}
}
