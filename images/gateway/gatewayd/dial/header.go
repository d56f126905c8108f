package dial

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"gatewayd/contract"
)

// errand is what a connection is for, as haproxy says it.
type errand struct {
	// A tunnel; else the one request, as it comes.
	tunnel bool
	// The company's proxy.
	proxy netip.AddrPort
	// NAME:PORT that is asked for.
	name string
}

// PROXY protocol, version 2: its first bytes, and the command that hands a connection over.
const mark, proxied = "\r\n\r\n\x00\r\nQUIT\n", 0x21

// How many bytes the two addresses take, by their family: none, IPv4, IPv6, unix.
var addressBytes = [...]int{0, 12, 36, 216}

var errHeader = errors.New("not a header of the proxy's")

// haproxy's header has its addresses and our one value, of some 300 bytes.
const mostHeader = 1024

// readHeader reads a header and no byte more: those behind it are the client's.
func readHeader(from io.Reader) (errand, error) {
	var head [16]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return errand{}, err
	}
	length := int(binary.BigEndian.Uint16(head[14:]))
	if !bytes.HasPrefix(head[:], []byte(mark)) || head[12] != proxied || length > mostHeader {
		return errand{}, errHeader
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(from, body); err != nil {
		return errand{}, err
	}
	return parseHeader(head[13]>>4, body)
}

// parseHeader reads what is behind the fixed part: addresses of a family, then values, each of a type and a length. Of two values of ours the later counts.
func parseHeader(family byte, body []byte) (errand, error) {
	if int(family) >= len(addressBytes) || len(body) < addressBytes[family] {
		return errand{}, errHeader
	}
	said := ""
	for rest := body[addressBytes[family]:]; len(rest) > 0; {
		if len(rest) < 3 {
			return errand{}, errHeader
		}
		length := int(binary.BigEndian.Uint16(rest[1:]))
		if len(rest) < 3+length {
			return errand{}, errHeader
		}
		if rest[0] == contract.Dialled {
			said = string(rest[3 : 3+length])
		}
		rest = rest[3+length:]
	}
	return parseErrand(said)
}

// parseErrand reads `tunnel ADDRESS:PORT NAME:PORT`, or `http` in the place of `tunnel`. There is one form, and no other: the name goes into a request.
func parseErrand(text string) (errand, error) {
	kind, rest, _ := strings.Cut(text, " ")
	at, name, ok := strings.Cut(rest, " ")
	if !ok || kind != "tunnel" && kind != "http" {
		return errand{}, errHeader
	}
	proxy, err := netip.ParseAddrPort(at)
	if err != nil || !proxy.Addr().Is4() || proxy.Port() == 0 {
		return errand{}, errHeader
	}
	host, port, ok := strings.Cut(name, ":")
	if number, err := strconv.ParseUint(port, 10, 16); !ok || err != nil || number == 0 || len(port) > 5 {
		return errand{}, errHeader
	}
	if host == "" || len(host) > 253 || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789_.-") != "" {
		return errand{}, errHeader
	}
	return errand{kind == "tunnel", proxy, name}, nil
}
