package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"gatewayd/contract"
)

// Bundle is a policy as it is handed over and saved: one text. It has what gatewayd itself reads as data, and a section for each file that a daemon reads.
type Bundle struct {
	Text     []byte
	Declared contract.Declared
	sections map[string][]line
}

// Hash names the policy.
func (b Bundle) Hash() string { return hashOf(b.Text) }

// line is a line of a section; one that is a line for a time only has the span of that.
type line struct{ text, from, until string }

// holds is whether it is a line at a moment.
func (l line) holds(moment string) bool {
	return l.from <= moment && (l.until == "" || moment < l.until)
}

var span = regexp.MustCompile(`^@([0-9TZ:-]*)\.\.([0-9TZ:-]*)$`)

// ReadBundle reads a policy whole, or says what is wrong with it. A bundle of another format is refused as such, whatever else this gateway would not know in it.
func ReadBundle(text []byte) (Bundle, error) {
	bundle := Bundle{Text: text, sections: map[string][]line{}}
	if at := slices.IndexFunc(text, isNoText); at >= 0 {
		return bundle, errors.New("the bundle has bytes that are no text")
	}
	if err := readFormat(text); err != nil {
		return bundle, err
	}
	section, ended := "", false
	for written := range strings.Lines(string(text)) {
		written = strings.TrimSuffix(written, "\n")
		if ended {
			return bundle, errors.New("the bundle goes on after its end")
		}
		if name, ok := strings.CutPrefix(written, contract.BundleMark); ok {
			if ended = name == contract.BundleEnd; ended {
				continue
			}
			if !slices.Contains(contract.BundleSections, name) {
				return bundle, fmt.Errorf("the bundle has a section this gateway does not know: %s", name)
			}
			if bundle.sections[name] != nil {
				return bundle, fmt.Errorf("the bundle has two sections %s", name)
			}
			section, bundle.sections[name] = name, []line{}
			continue
		}
		if section == "" {
			return bundle, errors.New("the bundle does not begin with a section")
		}
		read, err := readLine(written)
		if err != nil {
			return bundle, err
		}
		bundle.sections[section] = append(bundle.sections[section], read)
	}
	if !ended {
		return bundle, errors.New("the bundle is cut short")
	}
	for _, name := range contract.BundleSections {
		if bundle.sections[name] == nil {
			return bundle, fmt.Errorf("the bundle has no section %s", name)
		}
	}
	return bundle, bundle.readDeclared()
}

func isNoText(letter byte) bool {
	return letter != '\t' && letter != '\n' && (letter < ' ' || letter > '~')
}

// readFormat is first of all, by the one thing that every format has in common: which it is.
func readFormat(text []byte) error {
	_, rest, _ := bytes.Cut(text, []byte(contract.BundleMark+contract.BundleDeclared+"\n"))
	data, _, _ := bytes.Cut(rest, []byte("\n"+contract.BundleMark))
	var said struct{ Format int }
	if err := json.Unmarshal(data, &said); err == nil && said.Format != 0 && said.Format != contract.Format {
		return fmt.Errorf("the bundle is of format %d, and this gateway reads format %d; `pulumi up` makes a gateway of the other one", said.Format, contract.Format)
	}
	return nil
}

// readLine reads a line, which is one for a time only where it begins with a span: @FROM..UNTIL LINE.
func readLine(written string) (line, error) {
	if !strings.HasPrefix(written, contract.BundleSpan) {
		return line{text: written}, nil
	}
	said, text, _ := strings.Cut(written, " ")
	moments := span.FindStringSubmatch(said)
	if moments == nil {
		return line{}, fmt.Errorf("the bundle has a line with a span that is none: %s", said)
	}
	return line{text: text, from: moments[1], until: moments[2]}, nil
}

var moment = regexp.MustCompile(`^\d{4}(-\d{2}){2}T\d{2}(:\d{2}){2}Z$`)

// readDeclared reads the data. A key that is not known is refused, for it would say something that nobody here does.
func (b *Bundle) readDeclared() error {
	decoder := json.NewDecoder(bytes.NewReader(b.lines(contract.BundleDeclared, "")))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&b.Declared); err != nil {
		return fmt.Errorf("the bundle's %s is none: %w", contract.BundleDeclared, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("the bundle's %s is none: it goes on after its end", contract.BundleDeclared)
	}
	if b.Declared.Format != contract.Format {
		return fmt.Errorf("the bundle says no format; this gateway reads format %d", contract.Format)
	}
	before := ""
	for _, grant := range b.Declared.Grants {
		if !moment.MatchString(grant.Until) || grant.Until < before {
			return fmt.Errorf("the bundle has a grant whose end is none, or not in its order: %s", grant.Until)
		}
		before = grant.Until
	}
	return b.checkSpans()
}

// checkSpans refuses a line that comes or goes when no grant ends: nobody stages the policy anew then, so it would stay. The data itself is one for all of the time.
func (b *Bundle) checkSpans() error {
	known := map[string]bool{"": true}
	for _, grant := range b.Declared.Grants {
		known[grant.Until] = true
	}
	for name, lines := range b.sections {
		for _, line := range lines {
			if !known[line.from] || !known[line.until] || name == contract.BundleDeclared && line.from+line.until != "" {
				return fmt.Errorf("the bundle has a line of %s with a span of no grant: %s%s..%s", name, contract.BundleSpan, line.from, line.until)
			}
		}
	}
	return nil
}

// Belongs is whether the policy is for a client's gateway at an address; else it says what it is for.
func (b Bundle) Belongs(client, address string) error {
	if b.Declared.Client != client {
		return fmt.Errorf("the bundle is not for %s, but for %s", client, b.Declared.Client)
	}
	if b.Declared.Gateway != address {
		return fmt.Errorf("the bundle is not for the address %s, but for %s", address, b.Declared.Gateway)
	}
	return nil
}

// Files are what the daemons read at a moment, by name.
func (b Bundle) Files(moment string) map[string][]byte {
	files := map[string][]byte{}
	for name := range b.sections {
		files[name] = b.lines(name, moment)
	}
	return files
}

func (b Bundle) lines(section, moment string) []byte {
	var text bytes.Buffer
	for _, line := range b.sections[section] {
		if line.holds(moment) {
			text.WriteString(line.text)
			text.WriteByte('\n')
		}
	}
	return text.Bytes()
}

// Period is which lines of a policy hold at a moment: those of the period that began with the latest end of a grant that has come. Nothing where none has.
func Period(grants []contract.Grant, moment string) string {
	period := ""
	for _, grant := range grants {
		if grant.Until <= moment {
			period = grant.Until
		}
	}
	return period
}
