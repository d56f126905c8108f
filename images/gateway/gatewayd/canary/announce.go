package canary

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gatewayd/policy"
)

// How long the audit marks what was announced, in seconds of the machine's uptime.
const announcedFor = 30

// Announce takes the probes that a canary is about to try, and has the audit mark the lines that they cause. Each probe stands for one line of its kind, name and port in the next half
// minute. An agent that copies a probe meanwhile causes one line more, which is not marked.
func Announce(place policy.Place, from io.Reader) error {
	lines, err := readLines(from)
	if err != nil {
		return err
	}
	now, err := policy.Uptime()
	if err != nil {
		return err
	}
	next := filepath.Join(place.Run, "announced.next")
	text := strings.Join(append([]string{fmt.Sprint(now + announcedFor)}, causes(lines)...), "\n") + "\n"
	if err := os.WriteFile(next, []byte(text), 0o644); err != nil {
		return err
	}
	// Its reader is another user, whatever the umask is.
	if err := os.Chmod(next, 0o644); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(place.Run, "announced"))
}

// causes are the audit lines that probes will cause: KIND NAME PORT. A line that is no probe of this gateway's is left out, for who announces may know more kinds than it.
func causes(lines []string) []string {
	var found []string
	for _, line := range lines {
		probe, err := Parse(line)
		if err != nil {
			continue
		}
		kind, name := "", probe.Name
		switch probe.Kind {
		case "shut dns":
			kind = "dns"
		case "shut tls", "open tls":
			kind = "tls"
		case "shut http", "shut name":
			kind = "http"
		case "shut port":
			kind, name = "kernel", "-"
		default:
			continue
		}
		found = append(found, fmt.Sprintf("%s %s %d", kind, name, probe.To.Port()))
	}
	return found
}
