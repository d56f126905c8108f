package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"
)

// Routing is what an engine gives a network namespace, of all families: links, addresses, routes of all tables, rules of routing, forwarding, queues and their filters.
func Routing() (digest Digest, err error) {
	err = asking(syscall.NETLINK_ROUTE, func(a *asker) error {
		// A kernel that does not know it tells more than it is asked for, which isLearned leaves out.
		_ = strictly(a.socket)
		digest, err = a.routing()
		return err
	})
	return digest, err
}

func (a *asker) routing() (digest Digest, err error) {
	p := newPrinter()
	var parents []parent
	for _, question := range []struct {
		kind uint16
		body []byte
		// How much of an answer is before its attributes.
		head int
		form *form
		// What is looked at beside, and whether a message counts.
		take func(message) bool
	}{
		{syscall.RTM_GETLINK, aboutLinks(), sizeOfLink, linkForm, nil},
		{syscall.RTM_GETADDR, make([]byte, 8), 8, addressForm, nil},
		{syscall.RTM_GETROUTE, make([]byte, sizeOfRoute), sizeOfRoute, routeForm, func(message message) bool { return !isLearned(message.data) }},
		{getRoutingRule, make([]byte, 12), 12, whole, nil},
		{getForwarding, []byte{syscall.AF_INET, 0, 0, 0}, 4, whole, nil},
		{getForwarding, []byte{syscall.AF_INET6, 0, 0, 0}, 4, whole, nil},
		{getQueue, make([]byte, sizeOfQueue), sizeOfQueue, queueForm, func(message message) bool {
			parents = append(parents, parentsOf(message.data)...)
			return true
		}},
	} {
		err := a.all(question.kind, question.body, func(message message) error {
			if len(message.data) < question.head {
				return errCut
			}
			if question.take != nil && !question.take(message) {
				return nil
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

// isLearned is whether a route is none that anybody set, but what a packet taught the kernel of a way (RTM_F_CLONED): a router's "fragmentation needed", or a redirect. Since Linux 5.3
// a question for all routes has these in its answer unless it is read strictly: with each of them the next look had to ask programs for words.
func isLearned(route []byte) bool {
	const flags, cloned = 8, 0x200
	return binary.NativeEndian.Uint32(route[flags:])&cloned != 0
}

// parent is what filters may hang on.
type parent struct{ link, handle uint32 }

// parentsOf are those of a queue: tcmsg has the family, the link, the handle, the parent and a number of references.
func parentsOf(data []byte) []parent {
	if len(data) < sizeOfQueue || text(first(data[sizeOfQueue:], queueKind)) == noQueue {
		return nil
	}
	link, handle := binary.NativeEndian.Uint32(data[4:]), binary.NativeEndian.Uint32(data[8:])
	return []parent{{link, handle}, {link, handle | arriving}, {link, handle | leaving}}
}

func (a *asker) filters(p *printer, parent parent) error {
	question := make([]byte, sizeOfQueue)
	binary.NativeEndian.PutUint32(question[4:], parent.link)
	binary.NativeEndian.PutUint32(question[12:], parent.handle)
	return a.all(getFilter, question, func(message message) error {
		if len(message.data) < sizeOfQueue {
			return errCut
		}
		return p.add(message.kind, message.data[:sizeOfQueue], message.data[sizeOfQueue:], queueForm)
	})
}
