package proxy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// verbs are what a person may ask of the proxy's master.
var verbs = map[string]func(Master, io.Writer) error{
	"reload": func(m Master, _ io.Writer) error { return m.Reload() },
	"check":  func(m Master, _ io.Writer) error { return m.Check() },
	"cut": func(m Master, to io.Writer) error {
		lines, err := m.Cut()
		for _, line := range lines {
			fmt.Fprintln(to, line)
		}
		return err
	},
	"workers": func(m Master, to io.Writer) error {
		workers, err := m.Workers()
		if err == nil {
			fmt.Fprintln(to, len(workers.Current))
		}
		return err
	},
	"dropped": func(m Master, to io.Writer) error {
		count, err := m.Dropped()
		if err == nil {
			fmt.Fprintln(to, count)
		}
		return err
	},
}

// Control speaks with the proxy's master:
//
//	reload   starts a worker with the files as they are; the old worker goes on with its connections
//	cut      ends the open connections whose line is gone from the policy, and prints each as kind/line
//	workers  prints how many workers have current files (1 when all is well)
//	dropped  prints how many lines of their log the running workers had no room for
//	check    checks that there is one current worker and that its maps are those of the files; else says what is wrong
func Control(words []string, to io.Writer) error { return New().control(words, to) }

func (m Master) control(words []string, to io.Writer) error {
	if len(words) == 0 || slices.ContainsFunc(words, func(word string) bool { return verbs[word] == nil }) {
		return errors.New("usage: proxyctl (reload | cut | workers | dropped | check)...")
	}
	if slices.Contains(words, "check") {
		m = m.Within(2 * time.Second)
	}
	for _, word := range words {
		if err := verbs[word](m, to); err != nil {
			return err
		}
	}
	return nil
}
