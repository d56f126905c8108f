package netlink

import (
	"bytes"
	"testing"
)

// list is attributes in a row: a kind, what is in it.
func list(parts ...any) (body []byte) {
	for at := 0; at < len(parts); at += 2 {
		body = attribute(body, uint16(parts[at].(int)), parts[at+1].([]byte))
	}
	return body
}

// expressionNamed is a rule with one expression.
func expressionNamed(name string, data []byte) []byte {
	return list(1, []byte("gateway\x00"), 4, list(1, list(1, []byte(name+"\x00"), 2, data)))
}

func TestKeep(t *testing.T) {
	eight := func(last byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, last} }
	for name, row := range map[string]struct {
		form       *form
		one, other []byte
		same       bool
	}{
		"a rule's handle":              {ruleForm, list(3, eight(1), 4, nil0), list(3, eight(2), 4, nil0), true},
		"the rule before it":           {ruleForm, list(6, eight(1)), list(6, eight(2)), true},
		"a rule's note":                {ruleForm, list(7, eight(1)), list(7, eight(2)), false},
		"what a later kernel says":     {ruleForm, list(99, eight(1)), list(99, eight(2)), false},
		"a counter":                    {ruleForm, expressionNamed("counter", list(1, eight(1))), expressionNamed("counter", list(1, eight(2))), true},
		"when last":                    {ruleForm, expressionNamed("last", list(1, eight(1))), expressionNamed("last", list(1, eight(2))), true},
		"what a quota has used":        {ruleForm, expressionNamed("quota", list(1, eight(9), 4, eight(1))), expressionNamed("quota", list(1, eight(9), 4, eight(2))), true},
		"that a quota is used up":      {ruleForm, expressionNamed("quota", list(2, []byte{0, 0, 0, 1})), expressionNamed("quota", list(2, []byte{0, 0, 0, 3})), true},
		"a quota turned round":         {ruleForm, expressionNamed("quota", list(2, []byte{0, 0, 0, 0})), expressionNamed("quota", list(2, []byte{0, 0, 0, 1})), false},
		"another quota":                {ruleForm, expressionNamed("quota", list(1, eight(9))), expressionNamed("quota", list(1, eight(8))), false},
		"a limit":                      {ruleForm, expressionNamed("limit", list(1, eight(1))), expressionNamed("limit", list(1, eight(2))), false},
		"a counter, and none":          {ruleForm, expressionNamed("counter", list(1, eight(1))), list(1, []byte("gateway\x00"), 4, nil0), false},
		"one that is named likewise":   {ruleForm, expressionNamed("counters", list(1, eight(1))), expressionNamed("counters", list(1, eight(2))), false},
		"a named counter":              {objectForm, list(3, []byte{0, 0, 0, 1}, 4, eight(1)), list(3, []byte{0, 0, 0, 1}, 4, eight(2)), true},
		"a named quota":                {objectForm, list(3, []byte{0, 0, 0, 2}, 4, list(1, eight(9), 4, eight(1))), list(3, []byte{0, 0, 0, 2}, 4, list(1, eight(9), 4, eight(2))), true},
		"another named thing":          {objectForm, list(3, []byte{0, 0, 0, 4}, 4, eight(1)), list(3, []byte{0, 0, 0, 4}, 4, eight(2)), false},
		"when an element ends":         {elementForm, list(1, eight(1), 4, eight(9), 5, eight(1)), list(1, eight(1), 4, eight(9), 5, eight(2)), true},
		"how long an element lasts":    {elementForm, list(1, eight(1), 4, eight(9)), list(1, eight(1), 4, eight(8)), false},
		"a chain's counters":           {chainForm, list(3, eight(1), 8, eight(1)), list(3, eight(1), 8, eight(2)), true},
		"a chain's policy":             {chainForm, list(3, eight(1), 5, []byte{0, 0, 0, 0}), list(3, eight(1), 5, []byte{0, 0, 0, 1}), false},
		"a link's statistics":          {linkForm, list(23, eight(1)), list(23, eight(2)), true},
		"IPv6's statistics on a link":  {linkForm, list(26, list(10, list(3, eight(1)))), list(26, list(10, list(3, eight(2)))), true},
		"IPv6's switches on a link":    {linkForm, list(26, list(10, list(2, eight(1)))), list(26, list(10, list(2, eight(2)))), false},
		"bytes at another boundary":    {whole, list(1, []byte("ab"), 2, []byte("c")), list(1, []byte("a"), 2, []byte("bc")), false},
		"one attribute instead of two": {whole, list(1, []byte("a"), 2, []byte("b")), list(1, append(list(2, []byte("b")), 'a')), false},
		"another order":                {whole, list(1, eight(1), 1, eight(2)), list(1, eight(2), 1, eight(1)), false},
	} {
		t.Run(name, func(t *testing.T) {
			one, err := row.form.keep(nil, row.one, 0)
			if err != nil {
				t.Fatal(err)
			}
			other, err := row.form.keep(nil, row.other, 0)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(one, other) != row.same {
				t.Errorf("%x\n%x", one, other)
			}
		})
	}
}

var nil0 = []byte(nil)

func FuzzKeep(f *testing.F) {
	f.Add(byte(0), expressionNamed("counter", list(1, make([]byte, 8))))
	f.Add(byte(0), expressionNamed("quota", list(1, make([]byte, 8), 2, []byte{0, 0, 0, 2}, 4, make([]byte, 8))))
	f.Add(byte(1), list(1, list(1, []byte{10, 0, 0, 0}), 5, make([]byte, 8)))
	f.Add(byte(2), list(3, []byte{0, 0, 0, 1}, 4, make([]byte, 16)))
	f.Add(byte(3), list(23, make([]byte, 9), 26, list(10, list(2, []byte("ab")))))
	f.Add(byte(4), []byte{8, 0, 1, 0, 'c', 'l', 's'})
	forms := []*form{ruleForm, elementForm, objectForm, linkForm, setForm, chainForm, tableForm, flowtableForm, routeForm, queueForm}
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		form := forms[int(which)%len(forms)]
		one, err := form.keep(nil, body, 0)
		other, again := form.keep([]byte("before"), body, 0)
		if (err == nil) != (again == nil) || !bytes.Equal(one, other[6:]) {
			t.Errorf("%x: %x, %v; %x, %v", body, one, err, other, again)
		}
		// An attribute is 4 bytes at least, and what is said of it 6.
		if len(one) > 2*len(body)*deepest {
			t.Errorf("%d bytes of %d", len(one), len(body))
		}
	})
}
