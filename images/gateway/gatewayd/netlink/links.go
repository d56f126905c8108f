package netlink

import (
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
)

// Link is a network interface, as far as a bridge is concerned.
type Link struct {
	Name string
	// Its own number, and the one of the bridge that it is a port of.
	Index, Master uint32
}

// linux/if_link.h
const (
	linkName, linkMaster, linkExtra = 3, 10, 29
	// Half of what a link's message has otherwise is numbers of packets.
	withoutStatistics = 8
)

// Ports are a bridge and the links that are its ports; none while there is no such bridge.
func Ports(bridge string) ([]Link, error) {
	socket, err := open(syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	for range 10 {
		found, err := ports(socket, bridge)
		if errors.Is(err, errInterrupted) {
			continue
		}
		if errors.Is(err, syscall.ENODEV) {
			return nil, nil
		}
		return found, err
	}
	return nil, errInterrupted
}

func ports(socket *os.File, bridge string) ([]Link, error) {
	about := attribute(make([]byte, syscall.SizeofIfInfomsg), linkExtra, binary.NativeEndian.AppendUint32(nil, withoutStatistics))
	var found []Link
	err := ask(socket, syscall.RTM_GETLINK, syscall.NLM_F_ACK, attribute(slices.Clone(about), linkName, append([]byte(bridge), 0)), func(message message) error {
		link, err := readLink(message.data)
		found = append(found, link)
		return err
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	master := found[0].Index
	about = attribute(about, linkMaster, binary.NativeEndian.AppendUint32(nil, master))
	err = ask(socket, syscall.RTM_GETLINK, syscall.NLM_F_DUMP, about, func(message message) error {
		link, err := readLink(message.data)
		if link.Master == master {
			found = append(found, link)
		}
		return err
	})
	return found, err
}

// readLink reads an ifinfomsg (family, type, number, flags, changes) and its attributes.
func readLink(data []byte) (Link, error) {
	if len(data) < syscall.SizeofIfInfomsg {
		return Link{}, errCut
	}
	said, err := attributes(data[syscall.SizeofIfInfomsg:])
	if err != nil {
		return Link{}, err
	}
	link := Link{Name: strings.TrimRight(string(said[linkName]), "\x00"), Index: binary.NativeEndian.Uint32(data[4:])}
	if master := said[linkMaster]; len(master) == 4 {
		link.Master = binary.NativeEndian.Uint32(master)
	}
	return link, nil
}
