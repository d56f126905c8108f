// Package netlink listens to what the kernel tells of changes, and asks it for sockets that listen, packet rules and routing.
package netlink

import (
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"syscall"
)

// errCut is a message that is shorter than it says.
var errCut = errors.New("a message of the kernel is cut short")

// open opens a netlink socket that this program's poller waits for.
func open(protocol int) (*os.File, error) {
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, protocol)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}); err != nil {
		syscall.Close(fd)
		return nil, os.NewSyscallError("bind", err)
	}
	return os.NewFile(uintptr(fd), "netlink"), nil
}

// join has a socket take what is told to a group.
func join(socket *os.File, group int) error { return setOption(socket, addMembership, group) }

// strictly has the kernel read each part of a question (since Linux 4.20), and answer what was asked for and no more.
func strictly(socket *os.File) error { return setOption(socket, strictCheck, 1) }

func setOption(socket *os.File, option, value int) error {
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var wrong error
	if err := raw.Control(func(fd uintptr) { wrong = syscall.SetsockoptInt(int(fd), solNetlink, option, value) }); err != nil {
		return err
	}
	return os.NewSyscallError("setsockopt", wrong)
}

// message is one of those that a datagram is made of.
type message struct {
	kind, flags uint16
	data        []byte
}

// messages takes a datagram apart.
func messages(datagram []byte) ([]message, error) {
	var found []message
	for len(datagram) >= syscall.NLMSG_HDRLEN {
		length := int(binary.NativeEndian.Uint32(datagram))
		if length < syscall.NLMSG_HDRLEN || length > len(datagram) {
			return found, errCut
		}
		found = append(found, message{
			kind:  binary.NativeEndian.Uint16(datagram[4:]),
			flags: binary.NativeEndian.Uint16(datagram[6:]),
			data:  datagram[syscall.NLMSG_HDRLEN:length],
		})
		datagram = datagram[min(align(length), len(datagram)):]
	}
	if len(datagram) > 0 {
		return found, errCut
	}
	return found, nil
}

// attributes takes a message's body apart; of two of one kind the later counts.
func attributes(body []byte) (map[uint16][]byte, error) {
	found := map[uint16][]byte{}
	err := walk(body, func(kind uint16, data []byte) error {
		found[kind] = data
		return nil
	})
	return found, err
}

// walk hands over each attribute of a list, in its order.
func walk(body []byte, take func(kind uint16, data []byte) error) error {
	for len(body) >= 4 {
		length := int(binary.NativeEndian.Uint16(body))
		if length < 4 || length > len(body) {
			return errCut
		}
		// The two highest bits say what is in it, and no kind.
		if err := take(binary.NativeEndian.Uint16(body[2:])&0x3fff, body[4:length]); err != nil {
			return err
		}
		body = body[min(align(length), len(body)):]
	}
	if len(body) > 0 {
		return errCut
	}
	return nil
}

// attribute appends one to a message's body.
func attribute(body []byte, kind uint16, data []byte) []byte {
	body = binary.NativeEndian.AppendUint16(body, uint16(4+len(data)))
	body = binary.NativeEndian.AppendUint16(body, kind)
	body = append(body, data...)
	return append(body, make([]byte, align(len(body))-len(body))...)
}

// named appends an attribute that is a text, which ends with a zero.
func named(body []byte, kind uint16, name string) []byte {
	return attribute(body, kind, append([]byte(name), 0))
}

// text reads such an attribute.
func text(data []byte) string { return strings.TrimRight(string(data), "\x00") }

func align(length int) int { return (length + 3) &^ 3 }
