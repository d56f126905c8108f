package apply

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"gatewayd/policy"
)

// madeOf are the files by which the daemons of another image are others: its packages, and the one script that a daemon reads beside the policy.
var madeOf = []string{"/var/lib/dpkg/status", "/usr/local/lib/gateway/hello.lua"}

// noteTaken notes that the daemons of this image answered by these files. So a start need not ask them: haproxy's check is 50 ms, in which the agent's first question is lost, and is
// asked again a second later. Without the note they are asked.
func (g Gateway) noteTaken(staged policy.Staged) {
	if note := takenNote(staged); note != nil {
		_ = os.WriteFile(g.Taken(), note, 0o644)
	}
}

// wasTaken is whether they answered by the files of a staged policy already.
func (g Gateway) wasTaken(staged policy.Staged) bool {
	text, err := os.ReadFile(g.Taken())
	note := takenNote(staged)
	return err == nil && note != nil && bytes.Equal(text, note)
}

// takenNote is nothing where it cannot be said which files and which programs these are.
func takenNote(staged policy.Staged) []byte {
	sum := sha256.New()
	for _, path := range append([]string{filepath.Join(staged.Folder, "sums")}, madeOf...) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		own := sha256.Sum256(text)
		sum.Write(own[:])
	}
	return []byte(hex.EncodeToString(sum.Sum(nil)) + "\n")
}
