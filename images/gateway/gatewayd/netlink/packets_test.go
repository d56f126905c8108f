package netlink

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

// ipv4 is a packet of TCP, its first fragment or another one.
func ipv4(fragment uint16) []byte {
	packet := make([]byte, 40)
	packet[0], packet[9] = 0x45, 6
	binary.BigEndian.PutUint16(packet[2:], 60)
	binary.BigEndian.PutUint16(packet[6:], fragment)
	copy(packet[16:], []byte{10, 208, 0, 129})
	binary.BigEndian.PutUint16(packet[22:], 8443)
	return packet
}

func ipv6() []byte {
	packet := make([]byte, 60)
	packet[0], packet[6], packet[39] = 0x60, 17, 1
	binary.BigEndian.PutUint16(packet[42:], 53)
	return packet
}

// logged is what the kernel tells of a packet.
func logged(prefix string, packet []byte) []byte {
	body := named([]byte{2, 0, 0, 1}, logTitle, prefix)
	body = attribute(body, logPayload, packet)
	return asked(logPacket, 0, body)
}

func TestReadPackets(t *testing.T) {
	four, six := netip.MustParseAddr("10.208.0.129"), netip.MustParseAddr("::1")
	short := ipv4(0)[:21]
	for name, row := range map[string]struct {
		packet []byte
		want   Packet
	}{
		"TCP":                     {ipv4(0), Packet{"closed", four, 8443, 60}},
		"a first fragment":        {ipv4(0x2000), Packet{"closed", four, 8443, 60}},
		"a later fragment":        {ipv4(0x2001), Packet{"closed", four, 0, 60}},
		"a header without a port": {short, Packet{"closed", four, 0, 60}},
		"IPv6":                    {ipv6(), Packet{"closed", six, 53, 0}},
		"nothing":                 {nil, Packet{Prefix: "closed"}},
		"no packet":               {[]byte("hello, this is no packet of IP"), Packet{Prefix: "closed"}},
	} {
		found, err := ReadPackets(append(logged("closed ", row.packet), logged("wall", ipv6())...))
		if err != nil || len(found) != 2 || found[0] != row.want || found[1].Prefix != "wall" {
			t.Errorf("%s: %+v %v", name, found, err)
		}
	}
	text := append(logged("closed", ipv4(0)), logged("wall", ipv6())...)
	found, err := ReadPackets(text[:len(text)-9])
	if err == nil || len(found) != 1 {
		t.Errorf("cut short: %+v %v", found, err)
	}
}

// The message that asks for a group, byte for byte as linux/netfilter/nfnetlink_log.h has it.
func TestHearing(t *testing.T) {
	found, err := messages(hearing(0x102))
	if err != nil || len(found) != 1 || found[0].kind != logConfig || string(found[0].data[:4]) != "\x00\x00\x01\x02" {
		t.Fatalf("%+v %v", found, err)
	}
	said, err := attributes(found[0].data[4:])
	if err != nil || string(said[configCommand]) != "\x01" || string(said[configMode]) != "\x00\x00\x01\x00\x02\x00" || string(said[configTimeout]) != "\x00\x00\x00\x0a" {
		t.Errorf("%q %v", said, err)
	}
}

func FuzzReadPackets(f *testing.F) {
	f.Add(logged("closed", ipv4(0)))
	f.Add(logged("wall", ipv6()))
	f.Add(append(logged("closed", nil), logged("", ipv4(1))[:50]...))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		packets, _ := ReadPackets(datagram)
		for _, packet := range packets {
			if packet.Port < 0 || packet.Port > 65535 || packet.Length < 0 || packet.Length > 65535 {
				t.Errorf("%+v", packet)
			}
		}
	})
}
