package policy

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"gatewayd/contract"
)

// bundle is a text with all sections, of which some have these lines.
func bundle(sections map[string]string) string {
	var text strings.Builder
	for _, name := range contract.BundleSections {
		lines, ok := sections[name]
		if !ok && name == contract.BundleDeclared {
			lines = fmt.Sprintf(`{"format":%d,"client":"acme","gateway":"10.0.0.2","vips":"10.0.0.128/25","grants":[{"until":"2026-12-01T12:00:00Z","name":"b.example"}]}`+"\n", contract.Format)
		}
		fmt.Fprintf(&text, "%s%s\n%s", contract.BundleMark, name, lines)
	}
	return text.String() + contract.BundleMark + contract.BundleEnd + "\n"
}

func TestReadBundle(t *testing.T) {
	whole := bundle(map[string]string{"hosts": "10.0.0.130 a.example # client\n@..2026-12-01T12:00:00Z 10.0.0.131 b.example # grant\n@2026-12-01T12:00:00Z.. 10.0.0.132 c.example\n"})
	read, err := ReadBundle([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if read.Declared.Client != "acme" || read.Belongs("acme", "10.0.0.2") != nil {
		t.Error(read.Declared)
	}
	for moment, want := range map[string]string{
		"2026-12-01T11:59:59Z": "10.0.0.130 a.example # client\n10.0.0.131 b.example # grant\n",
		"2026-12-01T12:00:00Z": "10.0.0.130 a.example # client\n10.0.0.132 c.example\n",
	} {
		if said := string(read.Files(moment)["hosts"]); said != want {
			t.Errorf("%s: %q", moment, said)
		}
	}
	for client, address := range map[string]string{"globex": "10.0.0.2", "acme": "10.0.0.3"} {
		if read.Belongs(client, address) == nil {
			t.Errorf("it is for %s at %s, too", client, address)
		}
	}
}

func TestReadBundleThatIsNone(t *testing.T) {
	whole := bundle(nil)
	declared := func(text string) string { return bundle(map[string]string{contract.BundleDeclared: text}) }
	for text, want := range map[string]string{
		"":                   "cut short",
		whole[:len(whole)/2]: "cut short",
		whole + "more\n":     "goes on after its end",
		"first\n" + whole:    "does not begin with a section",
		whole + "\x00":       "no text",
		strings.Replace(whole, "==> hosts", "==> names.map", 1): "two sections names.map",
		strings.Replace(whole, "==> hosts", "==> host", 1):      "does not know: host",
		strings.Replace(whole, "==> hosts\n", "", 1):            "no section hosts",
		bundle(map[string]string{"hosts": "@..x y\n"}):          "a span that is none: @..x",
		bundle(map[string]string{"hosts": "@2026 y\n"}):         "a span that is none: @2026",
		declared(""):     "policy.json is none",
		declared("{}\n"): "says no format",
		declared(`{"format":1000,"client":"acme","more":{}}` + "\n"):                                                                              "of format 1000, and this gateway reads format",
		declared(fmt.Sprintf(`{"format":%d,"opens":"all"}`+"\n", contract.Format)):                                                                "policy.json is none",
		bundle(map[string]string{"hosts": "@..2026-12-02T12:00:00Z y\n"}):                                                                         "hosts with a span of no grant: @..2026-12-02T12:00:00Z",
		bundle(map[string]string{"hosts": "@..9 y\n"}):                                                                                            "hosts with a span of no grant: @..9",
		declared(fmt.Sprintf(`{"format":%d,"grants":[{"until":"2026-12-01T12:00:00Z"}]}`+"\n@2026-12-01T12:00:00Z.. {}\n", contract.Format)):      "policy.json with a span of no grant: @2026-12-01T12:00:00Z..",
		declared(fmt.Sprintf(`{"format":%d}}`+"\n", contract.Format)):                                                                             "goes on after its end",
		declared(fmt.Sprintf(`{"format":%d} {}`+"\n", contract.Format)):                                                                           "goes on after its end",
		declared(fmt.Sprintf(`{"format":%d,"grants":[{"until":"soon","name":"a"}]}`+"\n", contract.Format)):                                       "whose end is none",
		declared(fmt.Sprintf(`{"format":%d,"grants":[{"until":"2026-12-02T12:00:00Z"},{"until":"2026-12-01T12:00:00Z"}]}`+"\n", contract.Format)): "not in its order",
	} {
		if _, err := ReadBundle([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// What the planner writes is read here as the planner means it: its own test writes this corpus (gateway/gatewayd-contract.test.ts).
func TestReadBundlesOfThePlanner(t *testing.T) {
	corpus, err := os.ReadFile("testdata/bundles.json")
	if err != nil {
		t.Fatal(err)
	}
	var bundles []struct {
		Text, Hash string
		Moments    []struct {
			Moment, Period string
			// Of each file its sha256.
			Files map[string]string
		}
	}
	if err := json.Unmarshal(corpus, &bundles); err != nil || len(bundles) == 0 {
		t.Fatal(len(bundles), err)
	}
	for _, bundle := range bundles {
		read, err := ReadBundle([]byte(bundle.Text))
		if err != nil {
			t.Fatal(err)
		}
		if hashOf(read.Text) != bundle.Hash {
			t.Error(bundle.Hash)
		}
		for _, at := range bundle.Moments {
			if period := Period(read.Declared.Grants, at.Moment); period != at.Period {
				t.Errorf("%s: period %s and not %s", at.Moment, period, at.Period)
			}
			for name, text := range read.Files(at.Moment) {
				if want := at.Files[name]; hashOf(text) != want {
					t.Errorf("%s at %s: %s", name, at.Moment, text)
				}
			}
		}
	}
}

// Whatever is read has each section, with whole lines, and nothing of its framing in them.
func FuzzReadBundle(f *testing.F) {
	f.Add([]byte(bundle(nil)))
	f.Add([]byte(bundle(map[string]string{"hosts": "@..2026-12-01T12:00:00Z 10.0.0.131 b.example # grant\n"})))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := ReadBundle(text)
		if err != nil {
			return
		}
		files := read.Files("2026-12-01T12:00:00Z")
		if len(files) != len(contract.BundleSections) {
			t.Errorf("%d files", len(files))
		}
		for name, file := range files {
			if len(file) > 0 && file[len(file)-1] != '\n' || strings.Contains(string(file), "\n"+contract.BundleMark) {
				t.Errorf("%s: %q", name, file)
			}
		}
		if read.Declared.Format != contract.Format {
			t.Error(read.Declared.Format)
		}
	})
}
