package netlink

import (
	"encoding/binary"
	"slices"
)

// form is what of a list of attributes stays the same while nobody changes anything. An attribute that it does not name is kept byte for byte: what a later kernel adds makes two
// looks differ at worst, and hides nothing.
type form struct {
	leave  []uint16
	nested map[uint16]*form
	edit   map[uint16]func([]byte) []byte
	// Which form a list has that says itself what it is.
	choose func(body []byte) *form
}

var whole = &form{}

// deepest is how far lists are within lists: one that goes on is nothing that the kernel says.
const deepest = 8

// keep appends what stays of a list, each attribute with its kind and length before it.
func (f *form) keep(into, body []byte, depth int) ([]byte, error) {
	if depth > deepest {
		return into, errCut
	}
	if f.choose != nil {
		f = f.choose(body)
	}
	err := walk(body, func(kind uint16, data []byte) (err error) {
		if slices.Contains(f.leave, kind) {
			return nil
		}
		start := len(into)
		into = append(into, byte(kind), byte(kind>>8), 0, 0, 0, 0)
		switch part, edit := f.nested[kind], f.edit[kind]; {
		case part != nil:
			into, err = part.keep(into, data, depth+1)
		case edit != nil:
			into = append(into, edit(data)...)
		default:
			into = append(into, data...)
		}
		binary.LittleEndian.PutUint32(into[start+2:], uint32(len(into)-start-6))
		return err
	})
	return into, err
}

// Attributes by their kernel's numbers (linux/netfilter/nf_tables.h, rtnetlink.h, if_link.h). What is left out: handles and positions, which a load gives anew; how often something is
// used, which what uses it says; counters, what is left of a quota, when last, and when an element ends.
var (
	tableForm = &form{leave: []uint16{3, 4}}
	chainForm = &form{leave: []uint16{2, 6, 8}}
	ruleForm  = &form{leave: []uint16{3, 6}, nested: map[uint16]*form{4: expressions}}
	// 20 is how many elements a set has, which its elements say.
	setForm       = &form{leave: []uint16{16, 20}, nested: map[uint16]*form{17: expression, 18: expressions}}
	elementForm   = &form{leave: []uint16{5}, nested: map[uint16]*form{7: expression, 11: expressions}}
	objectForm    = &form{choose: objectOf}
	flowtableForm = &form{leave: []uint16{4, 5}}

	expressions = &form{nested: map[uint16]*form{1: expression}}
	expression  = &form{choose: expressionOf}

	quotaForm       = &form{leave: []uint16{4}, edit: map[uint16]func([]byte) []byte{2: notDepleted}}
	countExpression = &form{leave: []uint16{2}}
	quotaExpression = &form{nested: map[uint16]*form{2: quotaForm}}
	plainObject     = &form{leave: []uint16{5, 6}}
	countObject     = &form{leave: []uint16{4, 5, 6}}
	quotaObject     = &form{leave: []uint16{5, 6}, nested: map[uint16]*form{4: quotaForm}}

	// Of a link, statistics: of its own, and of IPv6 on it, with what time does to that.
	linkForm    = &form{leave: []uint16{7, 23}, nested: map[uint16]*form{26: {nested: map[uint16]*form{10: {leave: []uint16{3, 5, 6}}}}}}
	addressForm = &form{leave: []uint16{6}}
	routeForm   = &form{leave: []uint16{12, 23}}
	queueForm   = &form{leave: []uint16{3, 4, 7}}
)

// expressionOf knows the expressions that carry what packets change, by their names.
func expressionOf(body []byte) *form {
	switch string(first(body, 1)) {
	case "counter\x00", "last\x00":
		return countExpression
	case "quota\x00":
		return quotaExpression
	}
	return whole
}

func objectOf(body []byte) *form {
	if kind := first(body, 3); len(kind) == 4 {
		switch binary.BigEndian.Uint32(kind) {
		case 1:
			return countObject
		case 2:
			return quotaObject
		}
	}
	return plainObject
}

// notDepleted are a quota's flags without the one that packets set.
func notDepleted(flags []byte) []byte {
	if len(flags) != 4 {
		return flags
	}
	flags = slices.Clone(flags)
	flags[3] &^= 2
	return flags
}

// first is the first attribute of a kind in a list.
func first(body []byte, wanted uint16) (found []byte) {
	_ = walk(body, func(kind uint16, data []byte) error {
		if kind == wanted && found == nil {
			found = data
		}
		return nil
	})
	return found
}
