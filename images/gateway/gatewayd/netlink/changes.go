package netlink

import (
	"encoding/binary"
	"errors"
	"os"
	"syscall"
)

// Change is something that the kernel told of.
type Change struct {
	// Whether packet rules changed, all of it (what is told first are pieces): who did it, by name, and its number on the machine.
	Rules bool
	By    string
	Pid   uint32
	// The kernel had more to tell than there was room for.
	Lost bool
}

// Changes are what is told from now on.
type Changes struct {
	c       chan Change
	sockets []*os.File
}

// Listen begins to listen, before it returns.
func Listen() (*Changes, error) {
	rules, err := open(netfilter)
	if err != nil {
		return nil, err
	}
	routes, err := open(syscall.NETLINK_ROUTE)
	if err != nil {
		rules.Close()
		return nil, err
	}
	changes := &Changes{c: make(chan Change, 64), sockets: []*os.File{rules, routes}}
	if err := join(rules, groupRules); err != nil {
		changes.Close()
		return nil, err
	}
	for _, group := range routing {
		if err := join(routes, group); err != nil {
			changes.Close()
			return nil, err
		}
	}
	go changes.take(rules, readRules)
	go changes.take(routes, func([]byte) (Change, bool) { return Change{}, true })
	return changes, nil
}

// C has each change. Of nobody who listens there is none.
func (c *Changes) C() <-chan Change {
	if c == nil {
		return nil
	}
	return c.c
}

// Close ends it.
func (c *Changes) Close() {
	for _, socket := range c.sockets {
		socket.Close()
	}
}

// take hands on what is read of a socket. Who has to know of what was lost before anybody else does has it called.
func (c *Changes) take(socket *os.File, read func([]byte) (Change, bool), lost ...func()) {
	datagram := make([]byte, 1<<14)
	for {
		length, err := socket.Read(datagram)
		switch {
		case errors.Is(err, os.ErrClosed):
			return
		case err != nil:
			// ENOBUFS: what was told meanwhile is lost, and nobody knows what it was. Any other error is no better.
			for _, tell := range lost {
				tell()
			}
			c.c <- Change{Lost: true}
		default:
			if change, ok := read(datagram[:length]); ok {
				c.c <- change
			}
		}
	}
}

// readRules finds the end of a change of packet rules in a datagram.
func readRules(datagram []byte) (Change, bool) {
	found, err := messages(datagram)
	if err != nil {
		return Change{Lost: true}, true
	}
	for _, message := range found {
		if message.kind == newGeneration {
			change := endOfChange(message)
			change.Rules = !change.Lost
			return change, true
		}
	}
	return Change{}, false
}

// endOfChange reads the message that ends a change of packet rules: whose it was.
func endOfChange(message message) (change Change) {
	if len(message.data) < 4 {
		return Change{Lost: true}
	}
	said, err := attributes(message.data[4:])
	if err != nil {
		return Change{Lost: true}
	}
	change.By = text(said[byName])
	if pid := said[byPid]; len(pid) == 4 {
		change.Pid = binary.BigEndian.Uint32(pid)
	}
	return change
}
