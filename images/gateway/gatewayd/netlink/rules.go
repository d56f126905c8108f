package netlink

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"syscall"
)

// Families of tables (linux/netfilter.h).
const (
	Inet   byte = 1
	Netdev byte = 5
)

// Table is a table of packet rules, by which there is one of this network namespace at most.
type Table struct {
	Family byte
	Name   string
}

// everything is no table, but all of them.
var everything Table

var ofRules = []struct {
	answer uint16
	form   *form
}{{newTable, tableForm}, {newChain, chainForm}, {newRule, ruleForm}, {newSet, setForm}, {newObject, objectForm}, {newFlowtable, flowtableForm}}

// Rules are all packet rules of this network namespace: those of a table, and all others.
func Rules(table Table) (own, others Digest, err error) {
	all, err := inOneMoment(func(a *asker) ([]Digest, error) {
		mine, rest := newPrinter(), newPrinter()
		err := a.rules(everything, func(found Table) *printer {
			if found == table {
				return mine
			}
			return rest
		})
		return []Digest{mine.digest(), rest.digest()}, err
	})
	if err != nil {
		return own, others, err
	}
	return all[0], all[1], nil
}

// Tables are the rules of some tables, each in its place. The kernel is asked for these alone: what else a host has may be long.
func Tables(tables ...Table) ([]Digest, error) {
	return inOneMoment(func(a *asker) (found []Digest, err error) {
		for _, table := range tables {
			p := newPrinter()
			// Kernels that know of no filter tell of every table.
			err := a.rules(table, func(found Table) *printer {
				if found == table {
					return p
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
			found = append(found, p.digest())
		}
		return found, nil
	})
}

// Generation is a number that is one more after each change of packet rules, one transaction of anybody's.
func Generation() (number uint32, err error) {
	err = asking(netfilter, func(a *asker) (err error) {
		number, err = a.generation()
		return err
	})
	return number, err
}

// inOneMoment reads rules until two readings in a row are the same: the kernel counts the generation on before the new one is to be seen, so one reading at that moment was of both, with
// the same generation before and after it (3 of 1,336 while somebody changed rules all the while; 6.18).
func inOneMoment(read func(*asker) ([]Digest, error)) (found []Digest, err error) {
	err = asking(netfilter, func(a *asker) (err error) {
		if found, err = a.ofOneGeneration(read); err != nil {
			return err
		}
		same, err := a.ofOneGeneration(read)
		if err == nil && !slices.Equal(same, found) {
			err = errAgain
		}
		return err
	})
	return found, err
}

func (a *asker) ofOneGeneration(read func(*asker) ([]Digest, error)) ([]Digest, error) {
	before, err := a.generation()
	if err != nil {
		return nil, err
	}
	found, err := read(a)
	if err != nil {
		return nil, err
	}
	after, err := a.generation()
	if err == nil && after != before {
		err = errAgain
	}
	return found, err
}

// generation is a number that each change of packet rules makes another.
func (a *asker) generation() (number uint32, err error) {
	err = a.one(getGeneration, make([]byte, 4), func(message message) error {
		if message.kind != newGeneration || len(message.data) < 4 {
			return errCut
		}
		said := first(message.data[4:], generationNumber)
		if len(said) != 4 {
			return errCut
		}
		number = binary.BigEndian.Uint32(said)
		return nil
	})
	if err == nil && number == 0 {
		err = errCut
	}
	return number, err
}

// set is one whose elements have to be asked for.
type set struct {
	in   Table
	name string
}

// rules hands all that there is of a table, or of all of them, to whoever makes a digest of it; nobody, where it does not matter.
func (a *asker) rules(asked Table, into func(Table) *printer) error {
	var sets []set
	for _, kind := range ofRules {
		err := a.all(kind.answer+1, asked.attributes(), func(message message) error {
			if message.kind != kind.answer {
				return errCut
			}
			table, body, err := readTable(message)
			if err != nil {
				return err
			}
			p := into(table)
			if p == nil {
				return nil
			}
			if kind.answer == newSet {
				// What packets put into a set is no rule, and nft does not print it either (--stateless).
				if flags := first(body, flagsOfSet); len(flags) != 4 || binary.BigEndian.Uint32(flags)&byPackets == 0 {
					sets = append(sets, set{table, text(first(body, setName))})
				}
			}
			return p.add(message.kind, []byte{table.Family}, body, kind.form)
		})
		// There is no such table. One that is gone meanwhile is another generation.
		if asked != everything && errors.Is(err, syscall.ENOENT) {
			err = nil
		}
		if err != nil {
			return err
		}
	}
	for _, set := range sets {
		elements, err := a.elements(set)
		if err != nil {
			return err
		}
		p := into(set.in)
		// Whose they are.
		if err := p.add(newElements, []byte{set.in.Family}, set.attributes()[4:], whole); err != nil {
			return err
		}
		p.sorted(elements)
	}
	return nil
}

// elements are those of a set. A hash has them in an order that is another after each load.
func (a *asker) elements(set set) (found []Digest, err error) {
	var room []byte
	err = a.all(newElements+1, set.attributes(), func(message message) error {
		_, body, err := readTable(message)
		if err != nil || message.kind != newElements {
			return errCut
		}
		return walk(first(body, setElements), func(kind uint16, data []byte) (err error) {
			if room, err = elementForm.keep(room[:0], data, 0); err == nil {
				found = append(found, sha256.Sum256(room))
			}
			return err
		})
	})
	// The set is gone again.
	if errors.Is(err, syscall.ENOENT) {
		err = errAgain
	}
	return found, err
}

// attributes are those of a question about a table, with the nfgenmsg before them: family, version, and two bytes that say nothing in a question.
func (t Table) attributes() []byte {
	body := []byte{t.Family, 0, 0, 0}
	if t.Name == "" {
		return body
	}
	return named(body, inTable, t.Name)
}

func (s set) attributes() []byte { return named(s.in.attributes(), setName, s.name) }

// readTable reads which table a message is of, after an nfgenmsg whose last two bytes are of the generation, and gives back its attributes.
func readTable(message message) (table Table, body []byte, err error) {
	if len(message.data) < 4 {
		return table, nil, errCut
	}
	body = message.data[4:]
	return Table{message.data[0], text(first(body, inTable))}, body, nil
}
