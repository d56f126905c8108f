package netlink

import (
	"encoding/binary"
	"syscall"
	"testing"
)

// ruled is a message of packet rules about a table.
func ruled(kind uint16, table string) []byte {
	return asked(kind, 0, Table{Inet, table}.attributes())
}

func generationMessage(by string) []byte {
	return asked(newGeneration, 0, named(attribute([]byte{0, 0, 0, 0}, byPid, []byte{0, 0, 1, 2}), byName, by))
}

// linked is a message about a link.
func linked(kind uint16, name string, index, master uint32) []byte {
	body := make([]byte, sizeOfLink)
	binary.NativeEndian.PutUint32(body[4:], index)
	body = named(body, linkName, name)
	if master != 0 {
		body = attribute(body, linkMaster, binary.NativeEndian.AppendUint32(nil, master))
	}
	return asked(kind, 0, body)
}

func TestOfTable(t *testing.T) {
	const deleteRule = nftables | 8
	whole := append(ruled(newTable, "acme"), ruled(deleteRule, "acme")...)
	both := append(ruled(newTable, "docker"), ruled(newTable, "acme")...)
	for name, row := range map[string]struct {
		datagrams [][]byte
		// Of the last of them.
		want Change
		told bool
	}{
		"its own, before the end":         {[][]byte{whole}, Change{}, true},
		"its own, and who it was":         {[][]byte{whole, generationMessage("nft")}, Change{By: "nft", Pid: 258}, true},
		"in one datagram":                 {[][]byte{append(whole, generationMessage("nft")...)}, Change{By: "nft", Pid: 258}, true},
		"another's":                       {[][]byte{ruled(newTable, "docker")}, Change{}, false},
		"another's, and who it was":       {[][]byte{ruled(newTable, "docker"), generationMessage("dockerd")}, Change{}, false},
		"one that begins alike":           {[][]byte{ruled(newTable, "acme-2"), generationMessage("nft")}, Change{}, false},
		"another's and its own":           {[][]byte{both}, Change{}, true},
		"another's after its own":         {[][]byte{whole, generationMessage("nft"), ruled(newTable, "docker"), generationMessage("dockerd")}, Change{}, false},
		"another subsystem's":             {[][]byte{ruled(1<<8, "acme")}, Change{}, false},
		"cut short":                       {[][]byte{whole[:len(whole)-1]}, Change{Lost: true}, true},
		"a message too short for a table": {[][]byte{asked(newTable, 0, []byte{1})}, Change{}, false},
		"an end that is too short":        {[][]byte{whole, asked(newGeneration, 0, []byte{0, 0})}, Change{Lost: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			table := &ofTable{name: "acme"}
			var change Change
			var told bool
			for _, datagram := range row.datagrams {
				change, told = table.read(datagram)
			}
			if change != row.want || told != row.told {
				t.Errorf("%+v %v", change, told)
			}
		})
	}
}

func TestOfBridge(t *testing.T) {
	type step struct {
		message []byte
		told    bool
	}
	const came, went = syscall.RTM_NEWLINK, syscall.RTM_DELLINK
	for name, steps := range map[string][]step{
		"a link that is nothing to it":         {{linked(came, "eth0", 2, 0), false}, {linked(came, "veth1", 3, 99), false}},
		"the bridge, its port, and their ends": {{linked(came, "asb", 5, 0), true}, {linked(came, "veth1", 6, 5), true}, {linked(went, "veth1", 6, 5), true}, {linked(went, "asb", 5, 0), true}},
		"a port before the bridge is known":    {{linked(came, "veth1", 6, 5), false}},
		"a port that leaves":                   {{linked(came, "asb", 5, 0), true}, {linked(came, "veth1", 6, 5), true}, {linked(came, "veth1", 6, 0), true}, {linked(came, "veth1", 6, 0), false}},
		"a port that joins another bridge":     {{linked(came, "asb", 5, 0), true}, {linked(came, "veth1", 6, 5), true}, {linked(came, "veth1", 6, 9), true}, {linked(came, "veth1", 6, 9), false}},
		"a bridge that has another name now":   {{linked(came, "asb", 5, 0), true}, {linked(came, "other", 5, 0), true}, {linked(came, "veth1", 6, 5), false}},
		"a bridge of its name that is another": {{linked(came, "asb", 5, 0), true}, {linked(went, "asb", 5, 0), true}, {linked(came, "veth1", 6, 5), false}, {linked(came, "asb", 7, 0), true}, {linked(came, "veth1", 6, 7), true}},
	} {
		t.Run(name, func(t *testing.T) {
			bridge := &ofBridge{name: "asb", ports: map[uint32]bool{}}
			for at, step := range steps {
				if change, told := bridge.read(step.message); told != step.told || change != (Change{}) {
					t.Errorf("%d: %+v %v", at, change, told)
				}
			}
		})
	}
	bridge := &ofBridge{name: "asb", ports: map[uint32]bool{}}
	if change, told := bridge.read(asked(came, 0, []byte{0, 0})); !told || !change.Lost {
		t.Errorf("cut short: %+v %v", change, told)
	}
}

func FuzzOfTable(f *testing.F) {
	f.Add(append(ruled(newTable, "acme"), generationMessage("nft")...))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		table := &ofTable{name: "acme"}
		table.read(datagram)
		table.read(datagram)
	})
}

// What it remembers of a host's links is bounded by what is told in a datagram, and what is gone is forgotten.
func FuzzOfBridge(f *testing.F) {
	f.Add(append(linked(syscall.RTM_NEWLINK, "asb", 5, 0), linked(syscall.RTM_NEWLINK, "veth1", 6, 5)...))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		bridge := &ofBridge{name: "asb", ports: map[uint32]bool{}}
		bridge.read(datagram)
		if len(bridge.ports) > len(datagram)/syscall.NLMSG_HDRLEN {
			t.Error(len(bridge.ports))
		}
	})
}
