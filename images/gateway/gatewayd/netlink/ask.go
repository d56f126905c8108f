package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// linux/netfilter/nf_tables.h
const (
	nftables                    = 10 << 8
	getTable, getChain, getRule = nftables | 1, nftables | 4, nftables | 7
	// Of every message of packet rules, of a table itself as well, the first attribute is the table's name.
	tableName, chainName = 1, 3
	// The kernel's answer while something changed: some of it may be missing.
	interrupted = 0x10
)

// What packet rules belong to (linux/netfilter.h): nfproto.
const (
	Inet   byte = 1
	Netdev byte = 5
)

var errInterrupted = errors.New("the kernel's rules changed while it told of them")

// longest is how long the kernel may take to answer.
const longest = 5 * time.Second

// Table is what the kernel has of a table of packet rules: the table, the chains that are asked for, and all of its rules, as the kernel writes them. What it means is not read: two
// answers are equal as long as nobody changed the table, and each load makes another one (handles are counted on). Empty: there is no such table.
// The table says how many chains, sets and other things it has, so that what is not asked for cannot come without changing it.
func Table(family byte, name string, chains ...string) (string, error) {
	socket, err := open(netfilter)
	if err != nil {
		return "", err
	}
	defer socket.Close()
	// One more look for each change that comes between.
	for range 10 {
		said, err := table(socket, family, name, chains)
		if errors.Is(err, errInterrupted) {
			continue
		}
		if errors.Is(err, syscall.ENOENT) {
			return "", nil
		}
		return said, err
	}
	return "", errInterrupted
}

func table(socket *os.File, family byte, name string, chains []string) (string, error) {
	about := attribute([]byte{family, 0, 0, 0}, tableName, append([]byte(name), 0))
	var said strings.Builder
	add := func(message message) error {
		said.WriteString(written(message))
		return nil
	}
	if err := ask(socket, getTable, syscall.NLM_F_ACK, about, add); err != nil {
		return "", err
	}
	for _, chain := range chains {
		err := ask(socket, getChain, syscall.NLM_F_ACK, attribute(slices.Clone(about), chainName, append([]byte(chain), 0)), add)
		if err != nil && !errors.Is(err, syscall.ENOENT) {
			return "", err
		}
	}
	err := ask(socket, getRule, syscall.NLM_F_DUMP, about, func(message message) error {
		// Kernels that know of no filter tell of every table's rules.
		if tableOf(message) != name {
			return nil
		}
		return add(message)
	})
	return said.String(), err
}

// written is a message without what changes by itself: the header's last two bytes are of the generation, which anybody's change of any table counts on.
func written(message message) string {
	if len(message.data) < 4 {
		return ""
	}
	data := slices.Clone(message.data)
	data[2], data[3] = 0, 0
	return fmt.Sprintf("%d %d ", message.kind, len(data)) + string(data)
}

// tableOf is the table that a message of packet rules is about; nothing where it cannot be read.
func tableOf(message message) string {
	if len(message.data) < 4 {
		return ""
	}
	said, err := attributes(message.data[4:])
	if err != nil {
		return ""
	}
	return strings.TrimRight(string(said[tableName]), "\x00")
}

// ask asks the kernel, and hands on each message of its answer until the one that ends it.
func ask(socket *os.File, kind, flags uint16, body []byte, take func(message) error) error {
	if err := socket.SetDeadline(time.Now().Add(longest)); err != nil {
		return err
	}
	text := binary.NativeEndian.AppendUint32(nil, uint32(syscall.NLMSG_HDRLEN+len(body)))
	text = binary.NativeEndian.AppendUint16(text, kind)
	text = binary.NativeEndian.AppendUint16(text, syscall.NLM_F_REQUEST|flags)
	text = append(append(text, make([]byte, 8)...), body...)
	if _, err := socket.Write(text); err != nil {
		return err
	}
	datagram := make([]byte, 1<<15)
	torn := false
	for {
		length, err := socket.Read(datagram)
		if err != nil {
			return err
		}
		found, err := messages(datagram[:length])
		if err != nil {
			return err
		}
		for _, message := range found {
			torn = torn || message.flags&interrupted != 0
			end, err := ended(message)
			switch {
			case err != nil:
				return err
			case end && torn:
				return errInterrupted
			case end:
				return nil
			}
			if err := take(message); err != nil {
				return err
			}
		}
	}
}

// ended is whether a message ends an answer, and with what error.
func ended(message message) (bool, error) {
	if message.kind != syscall.NLMSG_DONE && message.kind != syscall.NLMSG_ERROR {
		return false, nil
	}
	if len(message.data) < 4 {
		return true, errCut
	}
	if number := int32(binary.NativeEndian.Uint32(message.data)); number != 0 {
		return true, syscall.Errno(-number)
	}
	return true, nil
}
