package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// series is a row of numbered files in the client's audit volume. Files are never renamed, so a reader meets each line once.
type series struct {
	folder, name string
	// How many files there are, and how large one grows.
	files  int
	size   int64
	file   *os.File
	length int64
	number int
}

var numbered = regexp.MustCompile(`^[a-z]+-[0-9]{8}$`)

// there are the series' files, the oldest first.
func (s *series) there() []string {
	all, err := os.ReadDir(s.folder)
	if err != nil {
		return nil
	}
	var found []string
	for _, one := range all {
		if numbered.MatchString(one.Name()) && strings.HasPrefix(one.Name(), s.name+"-") {
			found = append(found, filepath.Join(s.folder, one.Name()))
		}
	}
	slices.Sort(found)
	return found
}

// resume goes on with the last file.
func (s *series) resume() {
	files := s.there()
	if len(files) == 0 {
		return
	}
	last := files[len(files)-1]
	s.number, _ = strconv.Atoi(last[len(last)-8:])
	file, err := os.OpenFile(last, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return
	}
	length, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
		return
	}
	s.file, s.length = file, length
	// Ends a line that a crash of the machine cut off.
	end := make([]byte, 1)
	if _, err := file.ReadAt(end, length-1); length > 0 && err == nil && end[0] != '\n' {
		_ = s.append([]byte("\n"))
	}
}

// append writes a line with its end, or nothing of it.
func (s *series) append(line []byte) error {
	if s.file == nil || s.length+int64(len(line)) > s.size {
		if err := s.next(); err != nil {
			return err
		}
	}
	wrote, err := s.file.Write(line)
	if err == nil {
		s.length += int64(wrote)
		return nil
	}
	if wrote > 0 {
		if wrong := s.file.Truncate(s.length); wrong != nil {
			// A part of a line is in this file, so nothing more is written to it.
			s.file.Close()
			s.file = nil
			err = errors.Join(err, wrong)
		}
	}
	return err
}

func (s *series) next() error {
	path := filepath.Join(s.folder, fmt.Sprintf("%s-%08d", s.name, s.number+1))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if s.file != nil {
		s.file.Close()
	}
	s.file, s.length = file, 0
	s.number++
	if files := s.there(); len(files) > s.files {
		for _, old := range files[:len(files)-s.files] {
			_ = os.Remove(old)
		}
	}
	return nil
}
