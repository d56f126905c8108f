package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// errAgain is an answer that was changed while the kernel gave it.
var errAgain = errors.New("it changes all the while")

// asker asks the kernel.
type asker struct {
	socket *os.File
	// A kernel gives 32 KiB at once at most.
	room []byte
}

// asking asks until an answer is of one moment.
func asking(protocol int, ask func(*asker) error) error {
	socket, err := open(protocol)
	if err != nil {
		return err
	}
	defer socket.Close()
	// The kernel answers at once, or not at all.
	if err := socket.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	a := &asker{socket, make([]byte, 1<<15)}
	for range 10 {
		if err = ask(a); !errors.Is(err, errAgain) {
			return err
		}
	}
	return err
}

// all asks for all of a kind, and hands over each message of the answer.
func (a *asker) all(kind uint16, body []byte, take func(message) error) error {
	return a.ask(kind, syscall.NLM_F_DUMP, body, take)
}

// one asks for one thing that the question names.
func (a *asker) one(kind uint16, body []byte, take func(message) error) error {
	return a.ask(kind, syscall.NLM_F_ACK, body, take)
}

func (a *asker) ask(kind, flags uint16, body []byte, take func(message) error) error {
	if _, err := a.socket.Write(question(kind, flags, body)); err != nil {
		return err
	}
	changed := false
	for {
		length, err := a.socket.Read(a.room)
		if err != nil {
			return err
		}
		done, interrupted, err := readAnswer(a.room[:length], take)
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

func question(kind, flags uint16, body []byte) []byte {
	text := make([]byte, syscall.NLMSG_HDRLEN, syscall.NLMSG_HDRLEN+len(body))
	binary.NativeEndian.PutUint32(text, uint32(syscall.NLMSG_HDRLEN+len(body)))
	binary.NativeEndian.PutUint16(text[4:], kind)
	binary.NativeEndian.PutUint16(text[6:], syscall.NLM_F_REQUEST|flags)
	return append(text, body...)
}

// readAnswer reads a datagram of an answer: whether it is the last, and whether what it says changed meanwhile.
func readAnswer(datagram []byte, take func(message) error) (done, changed bool, err error) {
	all, err := messages(datagram)
	if err != nil {
		return false, false, err
	}
	for _, message := range all {
		changed = changed || message.flags&dumpInterrupted != 0
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
