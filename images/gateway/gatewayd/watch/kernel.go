package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gatewayd/apply"
	"gatewayd/netlink"
	"gatewayd/policy"
)

// seen is what the kernel has: the gateway's own packet rules, all others, and what the engine gave the namespace.
type seen struct{ own, others, routing netlink.Digest }

// good is what the kernel had when a look by programs found all of it right, and by which files. While it has the same by the same files, no program is asked: nft, ip and tc took
// 17 ms together of a quiet machine's time, and the kernel's own answers take less than one.
type good struct {
	seen
	files string
}

// byFiles is what rules and surroundings are right by, as it looks from outside.
func (r *round) byFiles() (string, error) {
	var prints strings.Builder
	paths := []string{filepath.Join(r.place.Run, "surroundings"), filepath.Join(r.place.Run, "sides")}
	if r.isLive() {
		print, err := r.place.Print()
		if err != nil {
			return "", err
		}
		prints.WriteString(print)
	} else {
		paths = append(paths, apply.Baseline)
	}
	for _, path := range paths {
		print, err := policy.Print(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&prints, path, print)
	}
	return prints.String(), nil
}

// checkKernel compares what the kernel has with what was right before. Packet rules are first, and are loaded again before anything else is looked at. Whatever else differs, and
// what was not right before, programs are asked for in words.
func (r *round) checkKernel() (err error) {
	if r.files, err = r.byFiles(); err != nil {
		return r.refresh()
	}
	known := &r.known.good
	comparable := known.files == r.files
	if _, err := os.Lstat(r.place.Unfinished()); err == nil {
		// An apply that was killed at its work is undone first: what it left is not what is wanted.
		comparable = false
	}
	if r.seen.own, r.seen.others, err = netlink.Rules(ownTable); err == nil && comparable && r.seen.own != known.own {
		r.reload()
		r.seen.own, r.seen.others, err = netlink.Rules(ownTable)
	}
	if err == nil {
		r.seen.routing, err = netlink.Routing()
	}
	if err != nil {
		r.unseen(err)
		return r.refresh()
	}
	if r.same = comparable && r.seen == known.seen; r.same {
		r.known.by = ""
		return nil
	}
	return r.refresh()
}

// ownTable is the gateway's own.
var ownTable = netlink.Table{Family: netlink.Inet, Name: "gateway"}

// reload loads the rules of files that did not change since they were right. What does not succeed is found again, in words.
func (r *round) reload() {
	rules := apply.Baseline
	if r.isLive() {
		rules = filepath.Join(r.place.Live(), "rules.nft")
	}
	if _, err := r.run("", "nft", "-f", rules); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	drift(r.changedRules(), "reloaded")
}

// remember notes what the kernel has as right, after programs found it so. It is asked once more: what changed while they looked is for the next look.
func (r *round) remember() error {
	if !r.full || r.same || r.files == "" {
		return nil
	}
	files, err := r.byFiles()
	if err != nil || files != r.files {
		return nil
	}
	var now seen
	if now.own, now.others, err = netlink.Rules(ownTable); err == nil {
		now.routing, err = netlink.Routing()
	}
	if err != nil || now != r.seen {
		return nil
	}
	if r.known.good.files == files {
		// That a link has no carrier, say.
		fmt.Fprintln(os.Stderr, "the kernel has something else than before, which no program has words for")
	}
	r.known.good = good{now, files}
	return nil
}

// unseen says once why programs are asked in each look.
func (r *round) unseen(err error) {
	r.files = ""
	if !r.known.blind {
		fmt.Fprintf(os.Stderr, "the kernel does not say all that it has (%v): nft, ip and tc are asked while that is so\n", err)
	}
	r.known.blind = true
}
