// Package resolver asks DNS servers for addresses.
package resolver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"time"

	"gatewayd/contract"
)

// How long an answer may take. Those that are asked are on loopback or next door.
const patience = 500 * time.Millisecond

var codes = []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}

// Ask asks a server (ADDRESS or ADDRESS:PORT) for the A records of a name. It says the answer's code and addresses, "NOERROR 10.0.0.129" say,
// or nothing when no answer comes.
func Ask(server, name string) string {
	if !strings.Contains(server, ":") {
		server = fmt.Sprintf("%s:%d", server, contract.PortDns)
	}
	connection, err := net.DialTimeout("udp4", server, patience)
	if err != nil {
		return ""
	}
	defer connection.Close()
	if connection.SetDeadline(time.Now().Add(patience)) != nil {
		return ""
	}
	id := uint16(rand.Uint32())
	question, err := Question(id, name)
	if err != nil {
		return ""
	}
	if _, err := connection.Write(question); err != nil {
		return ""
	}
	answer := make([]byte, 4096)
	length, err := connection.Read(answer)
	if err != nil {
		return ""
	}
	said, err := Said(answer[:length], id)
	if err != nil {
		return ""
	}
	return said
}

// Question is a message that asks for the A records of a name.
func Question(id uint16, name string) ([]byte, error) {
	message := binary.BigEndian.AppendUint16(nil, id)
	// Recursion is asked for; one question.
	message = append(message, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	for label := range strings.SplitSeq(name, ".") {
		if len(label) == 0 || len(label) > 63 {
			return nil, errors.New("no name")
		}
		message = append(append(message, byte(len(label))), label...)
	}
	return append(message, 0, 0, 1, 0, 1), nil
}

var errShort = errors.New("the answer is cut short")

// Said says the code of an answer and the addresses in it, as the A records give them.
func Said(message []byte, id uint16) (string, error) {
	if len(message) < 12 {
		return "", errShort
	}
	if binary.BigEndian.Uint16(message) != id || message[2]&0x80 == 0 {
		return "", errors.New("the answer is to another question")
	}
	words := []string{fmt.Sprint(message[3] & 15)}
	if code := int(message[3] & 15); code < len(codes) {
		words[0] = codes[code]
	}
	questions, answers := binary.BigEndian.Uint16(message[4:]), binary.BigEndian.Uint16(message[6:])
	at := 12
	for range questions {
		var err error
		if at, err = skip(message, at); err != nil || at+4 > len(message) {
			return "", errShort
		}
		at += 4
	}
	for range answers {
		var err error
		if at, err = skip(message, at); err != nil || at+10 > len(message) {
			return "", errShort
		}
		kind, length := binary.BigEndian.Uint16(message[at:]), int(binary.BigEndian.Uint16(message[at+8:]))
		at += 10
		if at+length > len(message) {
			return "", errShort
		}
		if kind == 1 && length == 4 {
			words = append(words, netip.AddrFrom4([4]byte(message[at:])).String())
		}
		at += length
	}
	return strings.Join(words, " "), nil
}

// skip says where a name in a message ends. A pointer ends it; where it points to is not read.
func skip(message []byte, at int) (int, error) {
	for at < len(message) {
		switch length := int(message[at]); {
		case length == 0:
			return at + 1, nil
		case length&0xc0 == 0xc0:
			return at + 2, nil
		case length&0xc0 != 0:
			return 0, errors.New("a label of no kind")
		default:
			at += 1 + length
		}
	}
	return 0, errShort
}
