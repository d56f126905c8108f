package netlink

import (
	"os"
	"syscall"
)

// ListenAbout begins to listen to changes of the tables of a name, and of a bridge and its ports: a host's other rules and links change all day, and none of that is told.
func ListenAbout(table, bridge string) (*Changes, error) {
	rules, err := open(netfilter)
	if err != nil {
		return nil, err
	}
	links, err := open(syscall.NETLINK_ROUTE)
	if err != nil {
		rules.Close()
		return nil, err
	}
	changes := &Changes{c: make(chan Change, 64), sockets: []*os.File{rules, links}}
	ofBridge := &ofBridge{name: bridge}
	err = join(rules, groupRules)
	if err == nil {
		err = join(links, groupLinks)
	}
	if err == nil {
		// What joins from now on waits in the socket.
		err = ofBridge.learn()
	}
	if err != nil {
		changes.Close()
		return nil, err
	}
	go changes.take(rules, (&ofTable{name: table}).read)
	go changes.take(links, ofBridge.read, ofBridge.lost)
	return changes, nil
}

// ofTable finds what is about tables of a name.
type ofTable struct {
	name string
	// A change of them has begun, whose end comes in a datagram of its own.
	begun bool
}

// read tells of each datagram that is about them, and of the end of each transaction that was, with whoever made it.
func (o *ofTable) read(datagram []byte) (change Change, told bool) {
	found, err := messages(datagram)
	if err != nil {
		return Change{Lost: true}, true
	}
	for _, message := range found {
		switch {
		case message.kind>>8 != nftables>>8:
		case message.kind == newGeneration:
			if !o.begun {
				continue
			}
			o.begun = false
			if change = endOfChange(message); change.Lost {
				return change, true
			}
			told = true
		default:
			if table, _, err := readTable(message); err == nil && table.Name == o.name {
				o.begun, told = true, true
			}
		}
	}
	return change, told
}

// ofBridge finds what is about a bridge and its ports.
type ofBridge struct {
	name string
	// The bridge's number, 0 while there is none, and its ports'.
	index uint32
	ports map[uint32]bool
}

func (o *ofBridge) learn() error {
	found, err := Ports(o.name)
	if err != nil {
		return err
	}
	o.index, o.ports = 0, map[uint32]bool{}
	for at, link := range found {
		if at == 0 {
			o.index = link.Index
		} else {
			o.ports[link.Index] = true
		}
	}
	return nil
}

// lost learns anew what may have been told. When even that fails, the number stays unknown until the bridge is told of: the slow look is for that.
func (o *ofBridge) lost() { _ = o.learn() }

func (o *ofBridge) read(datagram []byte) (Change, bool) {
	found, err := messages(datagram)
	if err != nil {
		return Change{Lost: true}, true
	}
	told := false
	for _, message := range found {
		if message.kind != syscall.RTM_NEWLINK && message.kind != syscall.RTM_DELLINK {
			continue
		}
		link, err := readLink(message.data)
		if err != nil {
			return Change{Lost: true}, true
		}
		told = o.concerns(link, message.kind == syscall.RTM_DELLINK) || told
	}
	return Change{}, told
}

// concerns is whether a link is the bridge, its port, or was one of them until now.
func (o *ofBridge) concerns(link Link, gone bool) bool {
	switch {
	case link.Name == o.name:
		o.index = link.Index
		if gone {
			o.index = 0
		}
		return true
	case o.index != 0 && link.Index == o.index:
		// It has another name now.
		o.index = 0
		return true
	case o.index != 0 && link.Master == o.index && !gone:
		o.ports[link.Index] = true
		return true
	}
	was := o.ports[link.Index]
	delete(o.ports, link.Index)
	return was
}
