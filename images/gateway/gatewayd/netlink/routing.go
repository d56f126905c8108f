package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"
)

const (
	// Questions of NETLINK_ROUTE that package syscall does not have.
	getRoutingRule, getQueue, getFilter, getForwarding = 34, 38, 46, 82
	// An attribute of a question for links, and what it asks for: no statistics.
	extent, noStatistics = 29, 1 << 3
	// A queue's kind, and the one that has no filters: a veth's own.
	queueKind, noQueue = 1, "noqueue"
	// Where a queue of what arrives has its filters: each way its own (TC_H_MIN_INGRESS, TC_H_MIN_EGRESS).
	arriving, leaving = 0xfff2, 0xfff3
)

// Routing is what an engine gives a network namespace, of all families: links, addresses, routes of all tables, rules of routing, forwarding, queues and their filters.
func Routing() (digest Digest, err error) {
	a, err := newAsker(syscall.NETLINK_ROUTE)
	if err != nil {
		return digest, err
	}
	defer a.close()
	err = again(func() error {
		digest, err = a.routing()
		return err
	})
	return digest, err
}

func (a *asker) routing() (digest Digest, err error) {
	links := make([]byte, 16, 24)
	links = binary.NativeEndian.AppendUint16(links, 8)
	links = binary.NativeEndian.AppendUint16(links, extent)
	links = binary.NativeEndian.AppendUint32(links, noStatistics)
	p := newPrinter()
	var parents []parent
	for _, question := range []struct {
		kind uint16
		body []byte
		// How much of an answer is before its attributes.
		head int
		form *form
		take func(message)
	}{
		{syscall.RTM_GETLINK, links, 16, linkForm, nil},
		{syscall.RTM_GETADDR, make([]byte, 8), 8, addressForm, nil},
		{syscall.RTM_GETROUTE, make([]byte, 12), 12, routeForm, nil},
		{getRoutingRule, make([]byte, 12), 12, whole, nil},
		{getForwarding, []byte{syscall.AF_INET, 0, 0, 0}, 4, whole, nil},
		{getForwarding, []byte{syscall.AF_INET6, 0, 0, 0}, 4, whole, nil},
		{getQueue, make([]byte, 20), 20, queueForm, func(message message) { parents = append(parents, parentsOf(message.data)...) }},
	} {
		err := a.dump(question.kind, question.body, func(message message) error {
			if len(message.data) < question.head {
				return errCut
			}
			if question.take != nil {
				question.take(message)
			}
			return p.add(message.kind, message.data[:question.head], message.data[question.head:], question.form)
		})
		// A kernel without IPv6.
		if question.kind == getForwarding && question.body[0] == syscall.AF_INET6 && errors.Is(err, syscall.EOPNOTSUPP) {
			err = nil
		}
		if err != nil {
			return digest, fmt.Errorf("routing: %w", err)
		}
	}
	for _, parent := range parents {
		if err := a.filters(p, parent); err != nil {
			return digest, fmt.Errorf("filters of queues: %w", err)
		}
	}
	return p.digest(), nil
}

// parent is what filters may hang on.
type parent struct{ link, handle uint32 }

// parentsOf are those of a queue: tcmsg has the family, the link, the handle, the parent and a number of references, in 20 bytes.
func parentsOf(data []byte) []parent {
	if len(data) < 20 || text(first(data[20:], queueKind)) == noQueue {
		return nil
	}
	link, handle := binary.NativeEndian.Uint32(data[4:]), binary.NativeEndian.Uint32(data[8:])
	return []parent{{link, handle}, {link, handle | arriving}, {link, handle | leaving}}
}

func (a *asker) filters(p *printer, parent parent) error {
	question := make([]byte, 20)
	binary.NativeEndian.PutUint32(question[4:], parent.link)
	binary.NativeEndian.PutUint32(question[12:], parent.handle)
	return a.dump(getFilter, question, func(message message) error {
		if len(message.data) < 20 {
			return errCut
		}
		return p.add(message.kind, message.data[:20], message.data[20:], queueForm)
	})
}
