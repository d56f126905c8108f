package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"syscall"
)

// Packet is what the kernel tells of a packet that a rule logged.
type Packet struct {
	// What the rule says of it.
	Prefix string
	// Where it was for; no port where its protocol has none.
	To   netip.Addr
	Port int
	// Its bytes, by its own header; 0 of IPv6.
	Length int
}

const (
	// Enough of a packet for its addresses and its port.
	copied = 256
	// In hundredths of a second: several packets come in one message, for a socket has no room for many messages.
	together = 10
)

// HearPackets opens a socket that takes what rules log to a group, which takes CAP_NET_ADMIN. Reading from it takes no right, so the socket is one that another program can
// be given (it is not closed on exec).
func HearPackets(group uint16) (fd int, err error) {
	fd, err = syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW, netfilter)
	if err != nil {
		return 0, fmt.Errorf("socket: %w", err)
	}
	kernel := &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}
	err = syscall.Bind(fd, kernel)
	if err == nil {
		err = syscall.Sendto(fd, hearing(group), 0, kernel)
	}
	if err == nil {
		err = acknowledged(fd)
	}
	if err != nil {
		syscall.Close(fd)
		return 0, fmt.Errorf("the kernel gives no logged packets: %w", err)
	}
	return fd, nil
}

// hearing is the message that asks for a group.
func hearing(group uint16) []byte {
	body := []byte{syscall.AF_UNSPEC, 0, byte(group >> 8), byte(group)}
	body = attribute(body, configCommand, []byte{bind})
	body = attribute(body, configMode, []byte{0, 0, copied >> 8, copied & 0xff, copyPacket, 0})
	body = attribute(body, configTimeout, []byte{0, 0, 0, together})
	return question(logConfig, syscall.NLM_F_ACK, body)
}

// acknowledged reads the kernel's answer, which is there when the question was sent.
func acknowledged(fd int) error {
	datagram := make([]byte, 1<<14)
	for {
		length, _, err := syscall.Recvfrom(fd, datagram, 0)
		if err != nil {
			return err
		}
		// A packet may come before it.
		done, _, err := readAnswer(datagram[:length], func(message) error { return nil })
		if done || err != nil {
			return err
		}
	}
}

// ReadPackets reads what the kernel tells in one datagram. Of what it cannot read it has said so, with what was before it.
func ReadPackets(datagram []byte) (packets []Packet, err error) {
	found, err := messages(datagram)
	for _, message := range found {
		if message.kind != logPacket {
			continue
		}
		if len(message.data) < 4 {
			err = errors.Join(err, errCut)
			continue
		}
		said, wrong := attributes(message.data[4:])
		if wrong != nil {
			err = errors.Join(err, wrong)
			continue
		}
		packet := readPacket(said[logPayload])
		packet.Prefix = strings.TrimRight(string(said[logTitle]), " \x00")
		packets = append(packets, packet)
	}
	return packets, err
}

// Protocols whose header has the port it is for in its third and fourth byte.
func hasPorts(protocol byte) bool {
	const tcp, udp, dccp, sctp, udplite = 6, 17, 33, 132, 136
	switch protocol {
	case tcp, udp, dccp, sctp, udplite:
		return true
	}
	return false
}

// readPacket reads as much of a packet as there is of it: whoever sent it wrote it.
func readPacket(packet []byte) Packet {
	switch {
	case len(packet) >= 20 && packet[0]>>4 == 4:
		found := Packet{
			To:     netip.AddrFrom4([4]byte(packet[16:20])),
			Length: int(binary.BigEndian.Uint16(packet[2:])),
		}
		header := int(packet[0]&0xf) * 4
		// Only a packet's first fragment has a port.
		first := binary.BigEndian.Uint16(packet[6:])&0x1fff == 0
		if first && header >= 20 && hasPorts(packet[9]) && len(packet) >= header+4 {
			found.Port = int(binary.BigEndian.Uint16(packet[header+2:]))
		}
		return found
	case len(packet) >= 40 && packet[0]>>4 == 6:
		found := Packet{To: netip.AddrFrom16([16]byte(packet[24:40]))}
		// Headers between, as ulogd read none of them, end the search.
		if hasPorts(packet[6]) && len(packet) >= 44 {
			found.Port = int(binary.BigEndian.Uint16(packet[42:]))
		}
		return found
	}
	return Packet{}
}
