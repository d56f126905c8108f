// Package audit writes lines of the gateway's own into its audit.
package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"gatewayd/contract"
)

// Pipe is the output of the first process, which the role audit reads. Tests have a file in its place: a machine's first process is nobody's gateway.
var Pipe = "/proc/1/fd/1"

// Write returns a line with its end, in the shape that all audit lines have. Texts are cut so that it has less than 4096 bytes: such a
// line goes into a pipe in one piece, and no engine's log breaks it in two.
func Write(line contract.Line, now time.Time) []byte {
	line.Time = now.UTC().Format("2006-01-02T15:04:05.000Z")
	line.Name = short(line.Name)
	line.Reason = short(line.Reason)
	return append(quoted(line), '\n')
}

var commit = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})( dirty)?$`)

// ofCommit adds to a line about a policy which commit the policy came from, as whoever handed the policy over says it; another text says nothing.
func ofCommit(line contract.Line, said string) contract.Line {
	if found := commit.FindStringSubmatch(said); found != nil && line.Kind == "policy" {
		line.Commit, line.Dirty = found[1], found[2] != ""
	}
	return line
}

// Send hands a line to the audit's writer. It gives up after two seconds, for the gateway has to go on even when nothing reads the pipe.
func Send(line contract.Line) error {
	line.Client = os.Getenv(contract.EnvironmentClient)
	line = ofCommit(line, os.Getenv(contract.Commit))
	file, err := os.OpenFile(Pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	// Of a file that is no pipe there is no deadline, and no wait either.
	_ = file.SetWriteDeadline(time.Now().Add(2 * time.Second))
	_, err = file.Write(Write(line, time.Now()))
	return err
}

// Tell sends a line. What cannot be told is said on stderr, and holds nothing up.
func Tell(line contract.Line) {
	if err := Send(line); err != nil {
		fmt.Fprintf(os.Stderr, "an audit line is lost: %v\n", err)
	}
}

// What a text takes in a line at most, quotation marks included.
const longest = 1600

func short(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	cut := text
	if utf8.RuneCountInString(cut) > 1000 {
		cut = string([]rune(cut)[:1000])
	}
	for len(quoted(cut)) > longest {
		letters := []rune(cut)
		cut = string(letters[:len(letters)*3/4])
	}
	if cut == text {
		return text
	}
	return cut + "…"
}

// JSON as jq writes it: < > & as they are.
func quoted(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// Strings and numbers always have a form in JSON.
		panic(err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}
