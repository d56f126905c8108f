package netlink

import (
	"encoding/binary"
	"errors"
	"syscall"
)

// Link is a network interface, as far as a bridge is concerned.
type Link struct {
	Name string
	// Its own number, and the one of the bridge that it is a port of.
	Index, Master uint32
}

// Ports are a bridge and the links that are its ports; none while there is no such bridge.
func Ports(bridge string) (found []Link, err error) {
	err = asking(syscall.NETLINK_ROUTE, func(a *asker) error {
		found = nil
		take := func(message message) error {
			link, err := readLink(message.data)
			// Kernels that know of no filter tell of every link.
			if len(found) == 0 || link.Master == found[0].Index {
				found = append(found, link)
			}
			return err
		}
		if err := a.one(syscall.RTM_GETLINK, named(aboutLinks(), linkName, bridge), take); err != nil || len(found) == 0 {
			return err
		}
		return a.all(syscall.RTM_GETLINK, attribute(aboutLinks(), linkMaster, binary.NativeEndian.AppendUint32(nil, found[0].Index)), take)
	})
	if errors.Is(err, syscall.ENODEV) {
		return nil, nil
	}
	return found, err
}

// aboutLinks is the body of a question about links.
func aboutLinks() []byte {
	return attribute(make([]byte, sizeOfLink), linkExtent, binary.NativeEndian.AppendUint32(nil, withoutStatistics))
}

// readLink reads an ifinfomsg (family, type, number, flags, changes) and its attributes.
func readLink(data []byte) (Link, error) {
	if len(data) < sizeOfLink {
		return Link{}, errCut
	}
	said, err := attributes(data[sizeOfLink:])
	if err != nil {
		return Link{}, err
	}
	link := Link{Name: text(said[linkName]), Index: binary.NativeEndian.Uint32(data[4:])}
	if master := said[linkMaster]; len(master) == 4 {
		link.Master = binary.NativeEndian.Uint32(master)
	}
	return link, nil
}
