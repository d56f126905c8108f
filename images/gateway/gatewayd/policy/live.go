package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"gatewayd/contract"
)

// Live is the policy in force, as far as it is looked at.
type Live struct {
	folder string
	contract.Declared
	Hash string
	// The latest end of a grant that has come; nothing where none has.
	Period string
	// The sockets that its daemons listen on, as `KIND ADDRESS:PORT`, sorted.
	Listeners []string
}

// Read reads it. An error that is fs.ErrNotExist means that there is none.
func (p Place) Read() (Live, error) {
	live := Live{folder: p.Live()}
	files := map[string][]byte{}
	for _, name := range []string{"hash", "period", contract.BundleDeclared, "listeners"} {
		text, err := os.ReadFile(filepath.Join(live.folder, name))
		if err != nil {
			return live, err
		}
		files[name] = text
	}
	live.Hash = strings.TrimSpace(string(files["hash"]))
	live.Period = strings.TrimSpace(string(files["period"]))
	for line := range strings.Lines(string(files["listeners"])) {
		live.Listeners = append(live.Listeners, strings.TrimSpace(line))
	}
	slices.Sort(live.Listeners)
	return live, json.Unmarshal(files[contract.BundleDeclared], &live.Declared)
}

// Name is the first half of the policy's hash, and its period, which fit in a label of a host name. The agent's resolver answers it, and so says by which policy it answers.
func (l Live) Name() string { return nameOf(l.Hash, l.Period) }

func nameOf(hash, period string) string {
	digits := strings.Map(func(letter rune) rune {
		if letter < '0' || letter > '9' {
			return -1
		}
		return letter
	}, period)
	return hash[:min(32, len(hash))] + digits + "." + contract.LiveName
}

// Bundle is the policy's text.
func (l Live) Bundle() ([]byte, error) { return os.ReadFile(filepath.Join(l.folder, "bundle")) }

// Kernel is the policy's packet rules, as the kernel prints them.
func (l Live) Kernel() (string, error) {
	text, err := os.ReadFile(filepath.Join(l.folder, "rules.kernel"))
	return strings.TrimRight(string(text), "\n"), err
}

// Print is what the files of the policy in force look like from outside: a write to any of them gives another one. Nobody but who may set the machine's clock can hide a
// write from it (the time of change), so files are read again only for another one.
func (p Place) Print() (string, error) {
	folder, err := filepath.EvalSymlinks(p.Live())
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, entry := range entries {
		print, err := Print(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", err
		}
		text.WriteString(entry.Name() + " " + print + "\n")
	}
	return folder + "\n" + text.String(), nil
}

// Print is the same of one file.
func Print(path string) (string, error) {
	var stat syscall.Stat_t
	if err := syscall.Lstat(path, &stat); err != nil {
		return "", &os.PathError{Op: "lstat", Path: path, Err: err}
	}
	// fmt takes three times as long, and this is done for each file every few seconds.
	var room [192]byte
	print := strconv.AppendUint(room[:0], uint64(stat.Dev), 10)
	print = strconv.AppendUint(append(print, ' '), uint64(stat.Ino), 10)
	print = strconv.AppendUint(append(print, ' '), uint64(stat.Mode), 10)
	for _, number := range []int64{stat.Size, int64(stat.Mtim.Sec), int64(stat.Mtim.Nsec), int64(stat.Ctim.Sec), int64(stat.Ctim.Nsec)} {
		print = strconv.AppendInt(append(print, ' '), number, 10)
	}
	return string(print), nil
}

var errSums = errors.New("the checksums are none")

// Verify compares each file of the policy with its checksum: a daemon that restarts would read a file that was changed.
func (l Live) Verify() error {
	text, err := os.ReadFile(filepath.Join(l.folder, "sums"))
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, line := range lines {
		sum, name, ok := strings.Cut(line, "  ")
		if !ok || len(sum) != 2*sha256.Size || name == "" || strings.Contains(name, "/") {
			return errSums
		}
		content, err := os.ReadFile(filepath.Join(l.folder, name))
		if err != nil {
			return err
		}
		if now := sha256.Sum256(content); hex.EncodeToString(now[:]) != sum {
			return fmt.Errorf("%s is another", name)
		}
	}
	return nil
}

// IsSaved is whether the policy is what a restart would begin with.
func (p Place) IsSaved(live Live) bool {
	saved, err := os.ReadFile(p.Saved())
	if err != nil {
		return false
	}
	hash, err := os.ReadFile(filepath.Join(live.folder, "hash"))
	if err != nil {
		return false
	}
	bundle, err := os.ReadFile(filepath.Join(live.folder, "bundle"))
	return err == nil && bytes.Equal(saved, append(hash, bundle...))
}
