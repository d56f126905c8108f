package canary

import (
	"encoding/binary"
	"math/rand/v2"

	"gatewayd/resolver"
)

// words are what a probe says first: a question with this id, a request, or a hello.
func words(probe Probe, id uint16) ([]byte, error) {
	switch probe.Kind {
	case "shut dns", "open dns", "shut udp":
		return resolver.Question(id, probe.Name)
	case "shut http", "shut name":
		return []byte("GET / HTTP/1.1\r\nHost: " + probe.Name + "\r\nConnection: close\r\n\r\n"), nil
	default:
		return clientHello(probe.Name), nil
	}
}

// clientHello is one for TLS 1.2 and 1.3 as today's clients send it: a server that has the name answers with its own hello. It is made by hand because crypto/tls would be megabytes
// more in the file, and would go on after the first record, which is all that is looked at. Nothing is secret in it.
func clientHello(name string) []byte {
	extensions := join(
		// The name, the groups of keys, the form of points, signatures, versions, and a key of X25519.
		extension(0, vector16(append([]byte{0}, vector16([]byte(name))...))),
		extension(10, vector16(numbers(29, 23))),
		extension(11, []byte{1, 0}),
		extension(13, vector16(numbers(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501))),
		extension(43, append([]byte{4}, numbers(0x0304, 0x0303)...)),
		extension(51, vector16(join(numbers(29), vector16(chance(32))))),
	)
	hello := join(
		numbers(0x0303), chance(32), []byte{0},
		vector16(numbers(0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0x009c)),
		[]byte{1, 0}, vector16(extensions),
	)
	// Its length has three bytes; a name of 255 leaves the first one 0.
	message := join([]byte{1, 0}, vector16(hello))
	return join([]byte{0x16}, numbers(0x0301), vector16(message))
}

func extension(kind uint16, body []byte) []byte { return join(numbers(kind), vector16(body)) }

// vector16 is bytes behind their number, which has two.
func vector16(body []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(body))), body...)
}

func numbers(all ...uint16) []byte {
	var text []byte
	for _, number := range all {
		text = binary.BigEndian.AppendUint16(text, number)
	}
	return text
}

func join(parts ...[]byte) []byte {
	var all []byte
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func chance(length int) []byte {
	bytes := make([]byte, length)
	for at := range bytes {
		bytes[at] = byte(rand.Uint32())
	}
	return bytes
}
