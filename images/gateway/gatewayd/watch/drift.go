package watch

import (
	"fmt"
	"os"
	"strings"
	"unicode"

	"gatewayd/audit"
	"gatewayd/contract"
)

// drift reports what was found, and how that ended, to the audit and on stderr.
func drift(what, how string) {
	what = printable(what)
	audit.Tell(contract.Line{Kind: "drift", Name: what, Verdict: "deny", Reason: how})
	fmt.Fprintf(os.Stderr, "%s%s: %s\n", contract.SaysDrift, what, how)
}

// printable is a text on one line, without what steers a terminal: names of processes are whatever somebody wrote into them.
func printable(text string) string {
	return strings.Map(func(letter rune) rune {
		if unicode.IsPrint(letter) {
			return letter
		}
		return '?'
	}, text)
}
