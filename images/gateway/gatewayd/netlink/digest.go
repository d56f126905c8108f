package netlink

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
)

// Digest is of all that the kernel says of something, without what changes by itself; zero is of nothing. Nothing here understands a rule: who finds another digest asks a program for
// words.
type Digest [sha256.Size]byte

// printer makes a digest of messages.
type printer struct {
	hash hash.Hash
	// Whether anything was taken in.
	some bool
	room []byte
}

func newPrinter() *printer { return &printer{hash: sha256.New()} }

// add takes in a message: of its head the bytes that are given, of its attributes what stays.
func (p *printer) add(kind uint16, head, body []byte, form *form) (err error) {
	p.room = binary.LittleEndian.AppendUint16(p.room[:0], kind)
	p.room = append(append(p.room, byte(len(head))), head...)
	start := len(p.room)
	p.room = append(p.room, 0, 0, 0, 0)
	p.room, err = form.keep(p.room, body, 0)
	binary.LittleEndian.PutUint32(p.room[start:], uint32(len(p.room)-start-4))
	p.write(p.room)
	return err
}

// sorted takes in digests in any order.
func (p *printer) sorted(all []Digest) {
	slices.SortFunc(all, func(one, other Digest) int { return bytes.Compare(one[:], other[:]) })
	p.write(binary.LittleEndian.AppendUint32(nil, uint32(len(all))))
	for at := range all {
		p.write(all[at][:])
	}
}

func (p *printer) write(some []byte) {
	p.some = true
	p.hash.Write(some)
}

func (p *printer) digest() (digest Digest) {
	if p.some {
		p.hash.Sum(digest[:0])
	}
	return digest
}
