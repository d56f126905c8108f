package canary

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatewayd/policy"
)

func TestParse(t *testing.T) {
	for line, want := range map[string]struct{ to, name, address, word string }{
		"shut tcp 1.1.1.1 443":                         {to: "1.1.1.1:443"},
		"shut tcp 2606:4700:4700::1111 443":            {to: "[2606:4700:4700::1111]:443"},
		"shut udp 8.8.8.8 53 unlisted.invalid":         {to: "8.8.8.8:53", name: "unlisted.invalid"},
		"shut port 10.0.0.2 5353":                      {to: "10.0.0.2:5353"},
		"shut dns 10.0.0.2 unlisted.invalid":           {to: "10.0.0.2:53", name: "unlisted.invalid"},
		"shut tls 10.0.0.129 unlisted.invalid":         {to: "10.0.0.129:443", name: "unlisted.invalid"},
		"shut http 10.0.0.129 169.254.169.254":         {to: "10.0.0.129:80", name: "169.254.169.254"},
		"shut name 10.0.0.129 ipv4only.arpa":           {to: "10.0.0.129:80", name: "ipv4only.arpa"},
		"shut datagram 255.255.255.255 20001 deadbeef": {to: "255.255.255.255:20001", word: "deadbeef"},
		"open dns 10.0.0.2 github.com 10.0.0.129":      {to: "10.0.0.2:53", name: "github.com", address: "10.0.0.129"},
		"open tls 10.0.0.129 github.com":               {to: "10.0.0.129:443", name: "github.com"},
	} {
		probe, err := Parse(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		address := ""
		if want.address != "" {
			address = probe.Address.String()
		}
		if probe.Line != line || probe.To.String() != want.to || probe.Name != want.name || probe.Word != want.word || address != want.address {
			t.Errorf("%s: %+v", line, probe)
		}
	}
}

func TestParseOfNothing(t *testing.T) {
	for _, line := range []string{
		"", "shut", "shut tcp", "shut tcp 1.1.1.1", "shut tcp 1.1.1.1 443 more", "open tcp 1.1.1.1 443", "shut nothing 1.1.1.1 443", "shut tcp one 443", "shut tcp 1.1.1.1 0",
		"shut tcp 1.1.1.1 65536", "shut tcp 1.1.1.1 -1", "shut tcp fe80::1%eth0 443", "shut tcp ::ffff:1.1.1.1 443", "shut dns 1.1.1.1 a..b", "open dns 1.1.1.1 a.test b",
		"shut tls 1.1.1.1 " + strings.Repeat("a.", 127) + "a",
	} {
		if probe, err := Parse(line); err == nil {
			t.Errorf("%q: %+v", line, probe)
		}
	}
}

func TestRead(t *testing.T) {
	probes, err := Read(strings.NewReader("\n  shut tcp 1.1.1.1 443 \r\n\nshut port 10.0.0.2 443"))
	if err != nil || len(probes) != 2 || probes[0].Line != "  shut tcp 1.1.1.1 443" || probes[1].Line != "shut port 10.0.0.2 443" {
		t.Errorf("%+v, %v", probes, err)
	}
	for name, text := range map[string]string{
		"nothing":       "",
		"empty lines":   "\n \n",
		"one that none": "shut tcp 1.1.1.1 443\nlet me through",
		"too many":      strings.Repeat("shut tcp 1.1.1.1 443\n", mostProbes+1),
		"too much":      strings.Repeat(" \n", mostBytes),
	} {
		if probes, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: %d probes", name, len(probes))
		}
	}
}

func TestAnnounce(t *testing.T) {
	place := policy.Place{Run: t.TempDir()}
	now, err := policy.Uptime()
	if err != nil {
		t.Fatal(err)
	}
	if err := Announce(place, strings.NewReader("shut port 10.0.0.2 443\nshut tomorrow 1.1.1.1\n")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(place.Run, "announced"))
	if err != nil {
		t.Fatal(err)
	}
	until, rest, _ := strings.Cut(string(text), "\n")
	if seconds, err := strconv.ParseInt(until, 10, 64); err != nil || seconds < now+announcedFor || seconds > now+announcedFor+10 || rest != "kernel - 443\n" {
		t.Errorf("%q", text)
	}
	if status, err := os.Stat(filepath.Join(place.Run, "announced")); err != nil || status.Mode() != 0o644 {
		t.Error(status.Mode(), err)
	}
}

func TestCauses(t *testing.T) {
	for line, want := range map[string]string{
		"shut tcp 1.1.1.1 443":                    "",
		"shut udp 1.1.1.1 53 a.test":              "",
		"shut datagram 255.255.255.255 2000 word": "",
		"open dns 10.0.0.2 a.test 10.0.0.129":     "",
		"shut dns 10.0.0.2 a.test":                "dns a.test 53",
		"shut tls 10.0.0.129 a.test":              "tls a.test 443",
		"open tls 10.0.0.129 a.test":              "tls a.test 443",
		"shut http 10.0.0.129 a.test":             "http a.test 80",
		"shut name 10.0.0.129 a.test":             "http a.test 80",
		"shut port 10.0.0.2 5353":                 "kernel - 5353",
	} {
		if said := strings.Join(causes([]string{line}), "\n"); said != want {
			t.Errorf("%s: %q", line, said)
		}
	}
}

// The planner's own (gateway/gatewayd-contract.test.ts writes them): each is read, and causes these lines.
func TestPlanned(t *testing.T) {
	text, err := os.ReadFile("testdata/planned")
	if err != nil {
		t.Fatal(err)
	}
	probes, err := Read(bytes.NewReader(text))
	if err != nil || len(probes) != bytes.Count(text, []byte("\n")) {
		t.Fatal(len(probes), err)
	}
	want := []string{
		"kernel - 5353", "kernel - 443", "dns unlisted.invalid 53", "tls unlisted.invalid 443", "http unlisted.invalid 80", "http 169.254.169.254 80",
		"dns metadata.google.internal 53", "http ipv4only.arpa 80", "tls allowed.test 443",
	}
	if said := causes(strings.Split(string(text), "\n")); !slices.Equal(said, want) {
		t.Error(said)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("shut tcp 1.1.1.1 443")
	f.Add("open dns 10.0.0.2 github.com 10.0.0.129")
	f.Add("shut datagram ff02::1 20001 deadbeef")
	f.Fuzz(func(t *testing.T, line string) {
		probe, err := Parse(line)
		if err == nil && (!probe.To.IsValid() || probe.To.Port() == 0 || probe.Line != line) {
			t.Errorf("%+v", probe)
		}
	})
}
