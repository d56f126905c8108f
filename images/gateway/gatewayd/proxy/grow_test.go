package proxy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestGrow(t *testing.T) {
	worker := map[string]string{
		"show proc":        strings.ReplaceAll(processes, "worker          1", "gone"),
		"@!42 show map":    "0 (/run/gateway/live/names.map) pattern\n1 (/run/gateway/live/below.map) pattern\n2 (/run/gateway/live/ports.map) pattern\n",
		"@!42 show map #0": "0x55d a.example 10.0.0.1:443\n",
		"@!42 show map #1": "0x55e .wild.example 10.0.0.9:443:.wild.example\n",
		"@!42 show map #2": "\n",
	}
	const names, below = "a.example 10.0.0.1:443\n", ".wild.example 10.0.0.9:443:.wild.example\n"
	var fifty strings.Builder
	for at := range 51 {
		fmt.Fprintf(&fifty, "n%d.example 10.0.0.2:443\n", at)
	}
	for name, row := range map[string]struct {
		names, below, ports string
		added               []string
		grown               bool
	}{
		"nothing":                        {names, below, "", nil, true},
		"a name more":                    {names + "b.example 10.0.0.2:80,443\n", below, "", []string{"b.example 10.0.0.2:80,443"}, true},
		"names more, before what was":    {"0.example 10.0.0.2:443\n1.example 10.0.0.3:443:10.1.1.1\n" + names, below, "", []string{"0.example 10.0.0.2:443", "1.example 10.0.0.3:443:10.1.1.1"}, true},
		"a name more and one less":       {"b.example 10.0.0.2:443\n", below, "", nil, false},
		"a port less":                    {"a.example 10.0.0.1:80\n", below, "", nil, false},
		"a name more below a wildcard":   {names + "x.wild.example 10.0.0.2:80\n", below, "", nil, false},
		"a wildcard more":                {names, below + ".more.example 10.0.0.8:443:.more.example\n", "", nil, false},
		"a name and a wildcard more":     {names + "b.example 10.0.0.2:443\n", below + ".more.example 10.0.0.8:443:.more.example\n", "", nil, false},
		"a port of another kind":         {names, below, "10.0.0.7:22 git.example\n", nil, false},
		"more than are added one by one": {names + fifty.String(), below, "", nil, false},
		"what is another command":        {names + "b.example;shutdown 10.0.0.2:443\n", below, "", nil, false},
		"a value of several words":       {names + "b.example 10.0.0.2:443 # x\n", below, "", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			master, asked := stands(t, maps.Clone(worker))
			write(t, master.Live, map[string]string{"names.map": row.names, "below.map": row.below, "ports.map": row.ports})
			grown, err := master.Grow()
			var added []string
			for _, command := range *asked {
				if entry, ok := strings.CutPrefix(command, "@!42 add map #0 "); ok {
					added = append(added, entry)
				}
			}
			if grown != row.grown || err != nil || !slices.Equal(added, row.added) {
				t.Error(grown, err, *asked)
			}
		})
	}
}

func TestGrowOfAnyName(t *testing.T) {
	if added, ok := more(nil, []string{"a.example 10.0.0.1:443"}, []string{". 10.0.0.9:80,443:."}); ok {
		t.Error(added)
	}
}

// What a worker does not take, or does not have afterwards, is no success.
func TestGrowInVain(t *testing.T) {
	for name, answer := range map[string]string{"refused": "unable to parse", "not done": "\n"} {
		t.Run(name, func(t *testing.T) {
			master, _ := stands(t, map[string]string{
				"show proc":                              "# workers\n42 worker 0\n",
				"@!42 show map":                          "0 (/run/gateway/live/names.map) pattern\n",
				"@!42 show map #0":                       "\n",
				"@!42 add map #0 a.example 10.0.0.1:443": answer,
			})
			write(t, master.Live, map[string]string{"names.map": "a.example 10.0.0.1:443\n", "below.map": ""})
			if grown, err := master.Grow(); err == nil {
				t.Error(grown)
			}
		})
	}
}
