package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
)

// Listener is a socket that takes connections, or datagrams of anybody's.
type Listener struct {
	// tcp or udp.
	Kind string
	At   netip.AddrPort
	// The interface that it is bound to; 0 is none.
	Device uint32
}

func (l Listener) String() string {
	text := l.Kind + " " + l.At.String()
	if l.Device != 0 {
		text += fmt.Sprintf(" of interface %d", l.Device)
	}
	return text
}

const (
	// NETLINK_SOCK_DIAG, and its one question.
	sockDiag, diagByFamily = 4, 20
	// States of the kernel's: TCP_LISTEN, and TCP_CLOSE, which a datagram's socket is in that is not connected.
	listening, unconnected = 10, 7
)

// Listeners asks the kernel for all sockets that listen in this network namespace.
func Listeners() ([]Listener, error) {
	socket, err := open(sockDiag)
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	datagram := make([]byte, 1<<15)
	var found []Listener
	for _, kind := range []struct {
		name            string
		protocol, state byte
	}{{"tcp", syscall.IPPROTO_TCP, listening}, {"udp", syscall.IPPROTO_UDP, unconnected}} {
		for _, family := range []byte{syscall.AF_INET, syscall.AF_INET6} {
			some, err := dump(socket, datagram, kind.name, kind.protocol, family, kind.state)
			if err != nil {
				return nil, fmt.Errorf("the kernel does not say who listens: %w", err)
			}
			found = append(found, some...)
		}
	}
	return found, nil
}

func dump(socket *os.File, datagram []byte, kind string, protocol, family, state byte) ([]Listener, error) {
	// inet_diag_req_v2: family, protocol, two that are not used, states, and an address that says nothing.
	question := make([]byte, syscall.NLMSG_HDRLEN+8+48)
	binary.NativeEndian.PutUint32(question, uint32(len(question)))
	binary.NativeEndian.PutUint16(question[4:], diagByFamily)
	binary.NativeEndian.PutUint16(question[6:], syscall.NLM_F_REQUEST|syscall.NLM_F_DUMP)
	question[16], question[17] = family, protocol
	binary.NativeEndian.PutUint32(question[20:], 1<<state)
	if _, err := socket.Write(question); err != nil {
		return nil, err
	}
	var found []Listener
	for {
		length, err := socket.Read(datagram)
		if err != nil {
			return nil, err
		}
		some, done, err := readListeners(kind, datagram[:length])
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
		if done {
			return found, nil
		}
	}
}

// readListeners reads a datagram of the answer, and whether it is the last.
func readListeners(kind string, datagram []byte) (found []Listener, done bool, err error) {
	all, err := messages(datagram)
	if err != nil {
		return nil, false, err
	}
	for _, message := range all {
		switch message.kind {
		case syscall.NLMSG_DONE:
			return found, true, nil
		case syscall.NLMSG_ERROR:
			if len(message.data) < 4 {
				return nil, false, errCut
			}
			return nil, false, syscall.Errno(-int32(binary.NativeEndian.Uint32(message.data)))
		case diagByFamily:
			listener, err := readListener(kind, message.data)
			if err != nil {
				return nil, false, err
			}
			found = append(found, listener)
		}
	}
	return found, false, nil
}

// readListener reads an inet_diag_msg: family, state, timer, retransmissions; source port, destination port, source, destination, interface.
func readListener(kind string, data []byte) (Listener, error) {
	if len(data) < 44 {
		return Listener{}, errCut
	}
	var address netip.Addr
	switch data[0] {
	case syscall.AF_INET:
		address = netip.AddrFrom4([4]byte(data[8:12]))
	case syscall.AF_INET6:
		address = netip.AddrFrom16([16]byte(data[8:24]))
	default:
		return Listener{}, errors.New("a socket of no family")
	}
	return Listener{kind, netip.AddrPortFrom(address, binary.BigEndian.Uint16(data[4:])), binary.NativeEndian.Uint32(data[40:])}, nil
}
