package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
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

// Listeners asks the kernel for all sockets that listen in this network namespace.
func Listeners() (found []Listener, err error) {
	err = asking(sockDiag, func(a *asker) error {
		found = nil
		for _, kind := range []struct {
			name            string
			protocol, state byte
		}{{"tcp", syscall.IPPROTO_TCP, listening}, {"udp", syscall.IPPROTO_UDP, unconnected}} {
			for _, family := range []byte{syscall.AF_INET, syscall.AF_INET6} {
				err := a.all(diagByFamily, aboutSockets(family, kind.protocol, kind.state), func(message message) error {
					listener, err := readListener(kind.name, message)
					found = append(found, listener)
					return err
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the kernel does not say who listens: %w", err)
	}
	return found, nil
}

// aboutSockets is an inet_diag_req_v2: family, protocol, two that are not used, states, and an address that says nothing.
func aboutSockets(family, protocol, state byte) []byte {
	body := make([]byte, 8+48)
	body[0], body[1] = family, protocol
	binary.NativeEndian.PutUint32(body[4:], 1<<state)
	return body
}

// readListener reads an inet_diag_msg: family, state, timer, retransmissions; source port, destination port, source, destination, interface.
func readListener(kind string, message message) (Listener, error) {
	data := message.data
	if message.kind != diagByFamily || len(data) < 44 {
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
