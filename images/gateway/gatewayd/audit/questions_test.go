package audit

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gatewayd/contract"
)

func TestQuestions(t *testing.T) {
	refuse := "config error is REFUSED (EDE: not ready)"
	for text, want := range map[string]string{
		"dnsmasq[5]: 1 10.0.0.3/400 query[A] a.test from 10.0.0.3\ndnsmasq[5]: 1 10.0.0.3/400 " + refuse:             "a.test",
		"dnsmasq: 1 10.0.0.3/400 query[type=65] a.test from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 " + refuse:             "a.test",
		"dnsmasq: 1 127.0.0.1/400 query[A] a.test from 127.0.0.1\ndnsmasq: 1 127.0.0.1/400 " + refuse:                "-",
		"dnsmasq: 1 10.0.0.3/400 query[A] a from b from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 " + refuse:                 "a from b",
		"dnsmasq: 1 10.0.0.3/400 query[A] a from 1.2.3.4 from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 " + refuse:           "a from 1.2.3.4",
		"dnsmasq: 1 10.0.0.3/400 query[A]  from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 " + refuse:                         "",
		`dnsmasq: 1 10.0.0.3/400 query[A] a\b from 10.0.0.3` + "\ndnsmasq: 1 10.0.0.3/400 " + refuse:                 `a\x5Cb`,
		"dnsmasq: 1 10.0.0.3/400 query[A] <name unprintable> from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 " + refuse:       "<name unprintable>",
		"dnsmasq: 1 10.0.0.3/400 query[A] a.test from 10.0.0.3\ndnsmasq: 257 10.0.0.3/400 " + refuse:                 "",
		"dnsmasq: 1 10.0.0.3/400 query[A] a.test from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 config a.test is 10.0.0.130": "-",
		"dnsmasq: started, version 2.90 cachesize 150":                                                               "-",
		"dnsmasq: 1 10.0.0.3/400 " + refuse: "",
		"dnsmasq: 1 10.0.0.3/400 query[A] " + strings.Repeat("x", 300) + " from 10.0.0.3\ndnsmasq: 1 10.0.0.3/400 " + refuse: strings.Repeat("x", 255),
	} {
		var asked questions
		said := "-"
		for line := range strings.SplitSeq(text, "\n") {
			if found, ok := asked.read(line); ok {
				said = found.Name
				if found.Kind != "dns" || found.Port != contract.PortDns || found.Reason != "domain" {
					t.Errorf("%+v", found)
				}
			}
		}
		if said != want {
			t.Errorf("%s: %q, and not %q", text, said, want)
		}
	}
}

func FuzzQuestions(f *testing.F) {
	f.Add("7 10.0.0.3/400", "a.test from 10.0.0.3", "7 10.0.0.3/400")
	f.Add("7 10.0.0.3/400", "a] query[A] b from c", "7 127.0.0.1/400")
	f.Add("99999999999999999999 ::1/1", "\xff\n", "")
	f.Fuzz(func(t *testing.T, serial, name, again string) {
		var asked questions
		asked.read("dnsmasq[1]: " + serial + " query[A] " + name)
		found, ok := asked.read("dnsmasq[1]: " + again + " config error is REFUSED")
		if ok && (found.Name != "" && serial != again && !strings.HasPrefix(again, strings.SplitN(serial, " ", 2)[0]) || !utf8.ValidString(found.Name)) {
			t.Errorf("%+v", found)
		}
		if utf8.RuneCountInString(found.Name) > 4*longestName {
			t.Error("too long")
		}
	})
}
