package dial

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

var errEndless = errors.New("answers without an end")

// readUntil reads to the end of what is looked for, and gives that and what came behind it. It takes no more than so many bytes, and begins with room for few: five hundred connections may be asking at once.
func readUntil(from io.Reader, end string, most int) (head, rest []byte, err error) {
	text := make([]byte, 0, min(most, 512))
	for len(text) < most {
		if len(text) == cap(text) {
			text = append(make([]byte, 0, min(most, 4*cap(text))), text...)
		}
		more, err := from.Read(text[len(text):cap(text)])
		// The end may be half in what was there.
		look := max(0, len(text)-len(end)+1)
		text = text[:len(text)+more]
		if at := bytes.Index(text[look:], []byte(end)); at >= 0 {
			at += look + len(end)
			return text[:at], text[at:], nil
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, errEndless
}

// admitted is true of an answer that says the tunnel stands.
func admitted(head []byte) bool {
	code, ok := bytes.CutPrefix(head, []byte("HTTP/1."))
	return ok && len(code) > 5 && (code[0] == '0' || code[0] == '1') && code[1] == ' ' && code[2] == '2' && digit(code[3]) && digit(code[4]) && (code[5] == ' ' || code[5] == '\r')
}

func digit(letter byte) bool { return letter >= '0' && letter <= '9' }

// What is told of an answer: proxies have short first lines.
const mostTold = 200

// firstLine is what an answer begins with, as it may be told: of one that says back what signs in, nothing is.
func firstLine(head []byte, secrets ...string) string {
	line, _, _ := strings.Cut(string(head), "\n")
	line, _, _ = strings.Cut(line, "\r")
	for _, secret := range secrets {
		// A password of a few letters is in words of anybody's.
		if len(secret) >= 8 && strings.Contains(line, secret) {
			return "with what signs in"
		}
	}
	return line[:min(len(line), mostTold)]
}
