package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// SaveNext writes the policy that is to be saved beside the saved one. Hash and text are one file, which is renamed into place, so a restart always finds one whole policy. It
// is written before anything is touched, so that a full disk is found while the policy before is in force.
func (p Place) SaveNext(bundle Bundle) error {
	next, err := os.OpenFile(p.Saved()+".next", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer next.Close()
	if _, err := next.Write(saved(bundle)); err != nil {
		return err
	}
	return next.Sync()
}

func saved(bundle Bundle) []byte { return append([]byte(bundle.Hash()+"\n"), bundle.Text...) }

// Save puts what SaveNext wrote in the place of the saved policy. When the disk does not say that it is there, the one before is in its place again: whoever asked is told that
// the policy is refused, and what is restored next is the saved one.
func (p Place) Save() error {
	before := p.Saved() + ".before"
	if err := os.Remove(before); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := os.Link(p.Saved(), before)
	first := errors.Is(err, fs.ErrNotExist)
	if err != nil && !first {
		// Not every volume has links.
		if err := copyFile(p.Saved(), before); err != nil {
			return err
		}
	}
	if err := os.Rename(p.Saved()+".next", p.Saved()); err != nil {
		return err
	}
	if err := syncFolder(p.Volume); err != nil {
		if first {
			return errors.Join(err, os.Remove(p.Saved()))
		}
		return errors.Join(err, os.Rename(before, p.Saved()))
	}
	// What stays of it is removed by the next one; the policy is saved.
	_ = os.Remove(before)
	return nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// syncFolder waits until names in a folder are on the disk. Tests have a disk that fails.
var syncFolder = func(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// ForgetNext removes what SaveNext wrote.
func (p Place) ForgetNext() { os.Remove(p.Saved() + ".next") }

// ReadSaved reads the saved policy, or says why it cannot be used.
func (p Place) ReadSaved() (Bundle, error) {
	text, err := os.ReadFile(p.Saved())
	if errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, fmt.Errorf("none is saved: %w", err)
	}
	if err != nil {
		return Bundle{}, err
	}
	hash, text, _ := bytes.Cut(text, []byte("\n"))
	if string(hash) != hashOf(text) {
		return Bundle{}, errors.New("its checksum does not hold")
	}
	return ReadBundle(text)
}
