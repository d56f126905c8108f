package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gatewayd/contract"
)

// refused are the last refusals of what the agent tried, oldest first and each once, which the agent reads in a folder of its own (docs/decisions.md, D-114).
type refused struct {
	folder string
	last   []string
	untold bool
}

// remembered are those that the gateway of before told.
func remembered(folder string) *refused {
	r := &refused{folder: folder}
	// The file is the writer's own, and has 20 lines of at most 4096 bytes.
	if text, err := os.ReadFile(r.path()); err == nil {
		r.last = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		r.last = slices.DeleteFunc(r.last, func(line string) bool { return line == "" })
		r.last = slices.Clone(r.last[max(0, len(r.last)-contract.RefusalsMost):])
	}
	return r
}

func (r *refused) path() string { return filepath.Join(r.folder, contract.RefusalsFile) }

// Kinds of what an agent tries, and reasons that are no refusal of it.
var (
	tried  = []string{"tls", "http", "tcp", "lan", "dns", "kernel"}
	noneOf = []string{"allowed", "aborted", leftOut, "unasked", "wall"}
)

// note keeps what the agent may want to know of: what it tried and did not get, without the address that was dialled. A packet has an address in place of a name, the
// one that the agent sent it to.
func (r *refused) note(of entry) {
	if !slices.Contains(tried, of.kind) || slices.Contains(noneOf, of.reason) || of.reason == "" || !only(of.reason, "abcdefghijklmnopqrstuvwxyz-") {
		return
	}
	name := of.name
	if of.kind == "kernel" {
		name = of.address
	}
	what := fmt.Sprintf(`"kind":"%s","name":"%s","port":%d,"reason":"%s"}`, of.kind, name, of.port, of.reason)
	r.last = slices.DeleteFunc(r.last, func(line string) bool {
		_, same, _ := strings.Cut(line, `",`)
		return same == what
	})
	r.last = append(r.last, `{"time":"`+of.time+`",`+what)
	if len(r.last) > contract.RefusalsMost {
		r.last = slices.Delete(r.last, 0, 1)
	}
	r.untold = true
}

// tell writes them, whole or not at all: who reads meanwhile has the file of before. At most once for all lines that came together.
func (r *refused) tell() {
	if !r.untold {
		return
	}
	r.untold = false
	next := filepath.Join(r.folder, "next")
	if os.WriteFile(next, []byte(strings.Join(r.last, "\n")+"\n"), 0o644) != nil {
		return
	}
	// Whatever the mask of this process is: the agent reads it as another user.
	if os.Chmod(next, 0o644) == nil {
		_ = os.Rename(next, r.path())
	}
}
