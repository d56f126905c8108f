package dial

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"gatewayd/plain"
)

// header is one as haproxy makes it.
func header(values ...string) []byte {
	body := make([]byte, 12)
	for _, value := range values {
		body = append(binary.BigEndian.AppendUint16(append(body, 0xE0), uint16(len(value))), value...)
	}
	return append(binary.BigEndian.AppendUint16(append([]byte(mark), proxied, 0x11), uint16(len(body))), body...)
}

func TestReadHeader(t *testing.T) {
	for said, want := range map[string]string{
		"tunnel 10.1.2.9:3128 github.com:443":                         "tunnel 10.1.2.9:3128 github.com:443",
		"http 10.1.2.9:3128 a_b-c.test:80":                            "http 10.1.2.9:3128 a_b-c.test:80",
		"":                                                            "",
		"tunnel 10.1.2.9:3128":                                        "",
		"tunnel 10.1.2.9 a.test:443":                                  "",
		"tunnel 10.1.2.9:0 a.test:443":                                "",
		"tunnel [::1]:3128 a.test:443":                                "",
		"socks 10.1.2.9:3128 a.test:443":                              "",
		"tunnel 10.1.2.9:3128 a.test":                                 "",
		"tunnel 10.1.2.9:3128 a.test:0":                               "",
		"tunnel 10.1.2.9:3128 a.test:65536":                           "",
		"tunnel 10.1.2.9:3128 a.test:443\r\nX: y":                     "",
		"tunnel 10.1.2.9:3128 a.test\r\nX:443":                        "",
		"tunnel 10.1.2.9:3128 A.test:443":                             "",
		"tunnel 10.1.2.9:3128 :443":                                   "",
		"tunnel 10.1.2.9:3128 " + strings.Repeat("a", 254) + ":443":   "",
		"tunnel 10.1.2.9:3128  a.test:443":                            "",
		"tunnel 10.1.2.9:3128 a.test:+443":                            "",
		"tunnel 10.1.2.9:3128 a.test:000443":                          "",
		"tunnel 10.1.2.9:3128 a.test:443 ":                            "",
		"tunnel 10.1.2.9:3128 " + strings.Repeat("a", 1000) + ":4430": "",
	} {
		from := bytes.NewReader(append(header(said), "the client's"...))
		to, err := readHeader(from)
		if (err == nil) != (want != "") || err == nil && spoken(to) != want {
			t.Errorf("%q: %+v, %v", said, to, err)
		}
		if rest, _ := io.ReadAll(from); err == nil && string(rest) != "the client's" {
			t.Errorf("%q: %q is left", said, rest)
		}
	}
}

func spoken(to errand) string {
	kind := "http"
	if to.tunnel {
		kind = "tunnel"
	}
	return kind + " " + to.proxy.String() + " " + to.name
}

func TestReadHeaderOfNothing(t *testing.T) {
	good := header("tunnel 10.1.2.9:3128 a.test:443")
	change := func(at int, to byte) []byte { bad := bytes.Clone(good); bad[at] = to; return bad }
	for name, bytes := range map[string][]byte{
		"another mark":            change(0, 'P'),
		"another version":         change(12, 0x11),
		"a check of haproxy's":    change(12, 0x20),
		"a family of none":        change(13, 0x41),
		"addresses that are less": change(13, 0x31),
		"a value cut short":       change(30, 0xff),
		"cut short":               good[:len(good)-1],
		"nothing":                 {},
	} {
		if to, err := readHeader(strings.NewReader(string(bytes))); err == nil {
			t.Errorf("%s: %+v", name, to)
		}
	}
	// The later of two counts.
	if to, err := readHeader(bytes.NewReader(header("tunnel 10.1.2.9:3128 a.test:443", "http 10.1.2.9:3128 b.test:80"))); err != nil || to.name != "b.test:80" || to.tunnel {
		t.Errorf("%+v, %v", to, err)
	}
}

func FuzzReadHeader(f *testing.F) {
	f.Add(header("tunnel 10.1.2.9:3128 github.com:443"))
	f.Add(header("http 10.1.2.9:3128 a.test:80", ""))
	f.Add(header("tunnel 10.1.2.9:3128 a.test:443")[:40])
	f.Fuzz(func(t *testing.T, text []byte) {
		to, err := readHeader(bytes.NewReader(text))
		if err == nil && (!to.proxy.IsValid() || strings.ContainsAny(to.name, " \r\n") || !bytes.Contains(text, []byte(to.name))) {
			t.Errorf("%+v", to)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 Connection established\r\n\r\nhello"))
	f.Add([]byte("HTTP/1.0 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200\r\n\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		// A byte at a time is what all at once is.
		whole, rest, err := readUntil(bytes.NewReader(text), "\r\n\r\n", 256)
		slowly, left, wrong := readUntil(&dripping{text}, "\r\n\r\n", 256)
		if !bytes.Equal(whole, slowly) || (err == nil) != (wrong == nil) || len(left) > 0 || err == nil && !bytes.HasPrefix(text, append(whole, rest...)) {
			t.Errorf("%q %q %v, %q %q %v", whole, rest, err, slowly, left, wrong)
		}
		if errors.Is(err, errEndless) && len(text) < 256 {
			t.Error("endless")
		}
		line := plain.Text(firstLine(whole))
		if admitted(whole) && !strings.HasPrefix(line, "HTTP/1.") || len(line) > mostTold || strings.ContainsAny(line, "\r\n\x1b") {
			t.Errorf("%q", line)
		}
	})
}

// dripping gives a byte a read.
type dripping struct{ text []byte }

func (d *dripping) Read(into []byte) (int, error) {
	if len(d.text) == 0 {
		return 0, io.EOF
	}
	length := copy(into, d.text[:1])
	d.text = d.text[length:]
	return length, nil
}

func TestAdmitted(t *testing.T) {
	for head, want := range map[string]bool{
		"HTTP/1.1 200 Connection established\r\n\r\n": true, "HTTP/1.0 204\r\n\r\n": true, "HTTP/1.1 200\r\n\r\n": true,
		"HTTP/1.1 407 No\r\n\r\n": false, "HTTP/1.1 2000\r\n\r\n": false, "HTTP/2.0 200 \r\n\r\n": false, "HTTP/1.2 200 \r\n\r\n": false, "\r\n\r\n": false, "": false, "HTTP/1.1 20": false,
	} {
		if admitted([]byte(head)) != want {
			t.Errorf("%q: %v", head, !want)
		}
	}
}

// A proxy that says back what signs in has that told to nobody.
func TestFirstLine(t *testing.T) {
	for head, want := range map[string]string{
		"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n": "HTTP/1.1 407 No",
		"HTTP/1.1 407 not with dTpzZWNyZXRzZWNyZXQ=\r\n\r\n":   "with what signs in",
		"HTTP/1.1 407 not with secretsecret\r\n\r\n":           "with what signs in",
		"no line at all": "no line at all",
	} {
		if line := firstLine([]byte(head), "dTpzZWNyZXRzZWNyZXQ=", "secretsecret"); line != want {
			t.Errorf("%q: %q", head, line)
		}
	}
}
