package netlink

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"syscall"
)

// Kinds of messages of nftables: what is asked is one more than what is answered.
const (
	subsystem                                                                 = 10 << 8
	newTable, newChain, newRule, newSet, newElements, newObject, newFlowtable = subsystem | 0, subsystem | 3, subsystem | 6, subsystem | 9, subsystem | 12, subsystem | 18, subsystem | 22
	getGeneration                                                             = subsystem | 16
	// Attributes: a table's name in a message of any kind (in that of the table itself as well); of a set its name and flags; the elements of one.
	inTable, setName, flagsOfSet, setElements = 1, 2, 3, 3
	generation                                = 1
	// NFPROTO_INET, and NFT_SET_EVAL.
	inet, byPackets = 1, 0x20
)

var ofRules = []struct {
	answer uint16
	form   *form
}{{newTable, tableForm}, {newChain, chainForm}, {newRule, ruleForm}, {newSet, setForm}, {newObject, objectForm}, {newFlowtable, flowtableForm}}

// Rules are all packet rules of this network namespace: those of the table inet NAME, and all others. They are read until two readings in a row are the same: the kernel counts the
// generation on before the new one is to be seen, so one reading at that moment was of both, with the same generation before and after it (3 of 1,336 while somebody changed rules all the
// while; 6.18).
func Rules(name string) (own, others Digest, err error) {
	a, err := newAsker(netfilter)
	if err != nil {
		return own, others, err
	}
	defer a.close()
	err = again(func() error {
		if own, others, err = a.rulesOnce(name); err != nil {
			return err
		}
		sameOwn, sameOthers, err := a.rulesOnce(name)
		if err == nil && (sameOwn != own || sameOthers != others) {
			err = errAgain
		}
		return err
	})
	return own, others, err
}

func (a *asker) rulesOnce(name string) (own, others Digest, err error) {
	before, err := a.generation()
	if err != nil {
		return own, others, err
	}
	if own, others, err = a.rules(name); err != nil {
		return own, others, err
	}
	after, err := a.generation()
	if err == nil && after != before {
		err = errAgain
	}
	return own, others, err
}

// generation is a number that each change of packet rules makes another.
func (a *asker) generation() (number uint32, err error) {
	if err := a.send(getGeneration, 0, make([]byte, 4)); err != nil {
		return 0, err
	}
	length, err := a.socket.Read(a.room)
	if err != nil {
		return 0, err
	}
	if _, _, err = readDump(a.room[:length], func(message message) error {
		if message.kind != newGeneration || len(message.data) < 4 {
			return errCut
		}
		said := first(message.data[4:], generation)
		if len(said) != 4 {
			return errCut
		}
		number = binary.BigEndian.Uint32(said)
		return nil
	}); err == nil && number == 0 {
		err = errCut
	}
	return number, err
}

// set is one whose elements have to be asked for.
type set struct {
	family      byte
	table, name string
}

func (a *asker) rules(name string) (own, others Digest, err error) {
	mine, rest := newPrinter(), newPrinter()
	of := func(family byte, table string) *printer {
		if family == inet && table == name {
			return mine
		}
		return rest
	}
	var sets []set
	for _, kind := range ofRules {
		err := a.dump(kind.answer+1, make([]byte, 4), func(message message) error {
			if message.kind != kind.answer {
				return errCut
			}
			family, table, body, err := readHead(message.data)
			if err != nil {
				return err
			}
			if kind.answer == newSet {
				// What packets put into a set is no rule, and nft does not print it either (--stateless).
				if flags := first(body, flagsOfSet); len(flags) != 4 || binary.BigEndian.Uint32(flags)&byPackets == 0 {
					sets = append(sets, set{family, table, text(first(body, setName))})
				}
			}
			return of(family, table).add(message.kind, message.data[:1], body, kind.form)
		})
		if err != nil {
			return own, others, err
		}
	}
	for _, set := range sets {
		elements, err := a.elements(set)
		if err != nil {
			return own, others, err
		}
		into := of(set.family, set.table)
		// Whose they are.
		if err := into.add(newElements, []byte{set.family}, set.attributes(), whole); err != nil {
			return own, others, err
		}
		into.sorted(elements)
	}
	return mine.digest(), rest.digest(), nil
}

// elements are those of a set. A hash has them in an order that is another after each load.
func (a *asker) elements(set set) (found []Digest, err error) {
	var room []byte
	err = a.dump(newElements+1, append([]byte{set.family, 0, 0, 0}, set.attributes()...), func(message message) error {
		_, _, body, err := readHead(message.data)
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

func (s set) attributes() []byte {
	return attribute(attribute(nil, inTable, append([]byte(s.table), 0)), setName, append([]byte(s.name), 0))
}

// readHead reads an nfgenmsg, whose last two bytes are of the generation, and the table's name after it.
func readHead(data []byte) (family byte, table string, body []byte, err error) {
	if len(data) < 4 {
		return 0, "", nil, errCut
	}
	return data[0], text(first(data[4:], inTable)), data[4:], nil
}

// text is an attribute that is a text, which ends with a zero.
func text(data []byte) string {
	if len(data) > 0 && data[len(data)-1] == 0 {
		data = data[:len(data)-1]
	}
	return string(data)
}
