package netlink

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"os"
	"slices"
	"syscall"
	"time"
)

// Digest is of all that the kernel says of something, without what changes by itself. Nothing here understands a rule: who finds another digest asks a program for words.
type Digest [sha256.Size]byte

// errAgain is an answer that was changed while the kernel gave it.
var errAgain = errors.New("it changes all the while")

// again asks until an answer is of one moment.
func again(ask func() error) (err error) {
	for range 10 {
		if err = ask(); !errors.Is(err, errAgain) {
			return err
		}
	}
	return err
}

// asker asks the kernel.
type asker struct {
	socket *os.File
	// A kernel gives 32 KiB at once at most.
	room []byte
}

func newAsker(protocol int) (*asker, error) {
	socket, err := open(protocol)
	if err != nil {
		return nil, err
	}
	// The kernel answers at once, or not at all.
	if err := socket.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		socket.Close()
		return nil, err
	}
	return &asker{socket, make([]byte, 1<<15)}, nil
}

func (a *asker) close() { a.socket.Close() }

// dump asks for all of a kind, and hands over each message of the answer.
func (a *asker) dump(kind uint16, body []byte, take func(message) error) error {
	if err := a.send(kind, syscall.NLM_F_DUMP, body); err != nil {
		return err
	}
	changed := false
	for {
		length, err := a.socket.Read(a.room)
		if err != nil {
			return err
		}
		done, interrupted, err := readDump(a.room[:length], take)
		if err != nil {
			return fmt.Errorf("a question of kind %d: %w", kind, err)
		}
		changed = changed || interrupted
		switch {
		case done && changed:
			return errAgain
		case done:
			return nil
		}
	}
}

func (a *asker) send(kind, flags uint16, body []byte) error {
	question := make([]byte, syscall.NLMSG_HDRLEN, syscall.NLMSG_HDRLEN+len(body))
	binary.NativeEndian.PutUint32(question, uint32(syscall.NLMSG_HDRLEN+len(body)))
	binary.NativeEndian.PutUint16(question[4:], kind)
	binary.NativeEndian.PutUint16(question[6:], syscall.NLM_F_REQUEST|flags)
	_, err := a.socket.Write(append(question, body...))
	return err
}

// readDump reads a datagram of an answer: whether it is the last, and whether what it says changed meanwhile.
func readDump(datagram []byte, take func(message) error) (done, changed bool, err error) {
	// NLM_F_DUMP_INTR.
	const interrupted = 0x10
	all, err := messages(datagram)
	if err != nil {
		return false, false, err
	}
	for _, message := range all {
		changed = changed || message.flags&interrupted != 0
		switch message.kind {
		case syscall.NLMSG_DONE, syscall.NLMSG_ERROR:
			if len(message.data) < 4 {
				return false, false, errCut
			}
			// EINTR: the kernel found it out itself.
			switch status := int32(binary.NativeEndian.Uint32(message.data)); {
			case status == -int32(syscall.EINTR):
				return true, true, nil
			case status < 0:
				return false, false, syscall.Errno(-status)
			}
			return true, changed, nil
		case syscall.NLMSG_NOOP:
		case syscall.NLMSG_OVERRUN:
			return false, false, errCut
		default:
			if err := take(message); err != nil {
				return false, false, err
			}
		}
	}
	return false, changed, nil
}

// printer makes a digest of messages.
type printer struct {
	hash.Hash
	room []byte
}

func newPrinter() *printer { return &printer{Hash: sha256.New()} }

// add takes in a message: of its head the bytes that are given, of its attributes what stays.
func (p *printer) add(kind uint16, head, body []byte, form *form) (err error) {
	p.room = binary.LittleEndian.AppendUint16(p.room[:0], kind)
	p.room = append(append(p.room, byte(len(head))), head...)
	start := len(p.room)
	p.room = append(p.room, 0, 0, 0, 0)
	p.room, err = form.keep(p.room, body, 0)
	binary.LittleEndian.PutUint32(p.room[start:], uint32(len(p.room)-start-4))
	p.Write(p.room)
	return err
}

func (p *printer) digest() (digest Digest) {
	p.Sum(digest[:0])
	return digest
}

// sorted takes in digests in any order.
func (p *printer) sorted(all []Digest) {
	slices.SortFunc(all, func(one, other Digest) int { return bytes.Compare(one[:], other[:]) })
	p.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(all))))
	for at := range all {
		p.Write(all[at][:])
	}
}
