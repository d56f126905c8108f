package watch

import (
	"fmt"
	"os"

	"gatewayd/audit"
	"gatewayd/contract"
	"gatewayd/plain"
)

// drift reports what was found, and how that ended, to the audit and on stderr.
func drift(what, how string) {
	what = plain.Text(what)
	audit.Tell(contract.Line{Kind: "drift", Name: what, Verdict: "deny", Reason: how})
	fmt.Fprintf(os.Stderr, "%s%s: %s\n", contract.SaysDrift, what, how)
}
