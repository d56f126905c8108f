package canary

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"

	"gatewayd/contract"
)

// send sends a datagram on every link by name, for a route may lead elsewhere. A link that cannot send it lets nothing through.
func send(probe Probe) string {
	links, err := net.Interfaces()
	if err != nil {
		return contract.VerdictUnseen
	}
	for _, link := range links {
		if link.Flags&net.FlagLoopback == 0 && !sendOn(probe, link) {
			return contract.VerdictUnseen
		}
	}
	return contract.VerdictSent
}

// sendOn is false when a datagram could not be made. The kernel's no, of whatever kind, is a wall.
func sendOn(probe Probe, link net.Interface) bool {
	family, own := syscall.AF_INET, syscall.Sockaddr(&syscall.SockaddrInet4{})
	if !probe.To.Addr().Is4() {
		family, own = syscall.AF_INET6, &syscall.SockaddrInet6{}
	}
	socket, err := syscall.Socket(family, syscall.SOCK_DGRAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return errors.Is(err, syscall.EAFNOSUPPORT)
	}
	defer syscall.Close(socket)
	if syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_BROADCAST, 1) != nil {
		return false
	}
	// Before Linux 5.7 it wants a right that the canary has not (EPERM): then the datagram goes where the route leads. A link that is gone meanwhile sends nothing.
	if err := syscall.BindToDevice(socket, link.Name); err != nil && !errors.Is(err, syscall.EPERM) {
		return errors.Is(err, syscall.ENODEV)
	}
	if syscall.Bind(socket, own) != nil {
		return false
	}
	text := []byte(probe.Word + " " + strings.Fields(probe.Line)[2])
	// Twice: the first may be told of what became of an earlier one.
	for range 2 {
		var number syscall.Errno
		err := syscall.Sendto(socket, text, syscall.MSG_NOSIGNAL, socketAddress(probe.To, link.Index))
		if errors.As(err, &number) && slices.Contains(outOfMeans, number) {
			return false
		}
	}
	return true
}

func socketAddress(to netip.AddrPort, link int) syscall.Sockaddr {
	if to.Addr().Is4() {
		return &syscall.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	}
	return &syscall.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16(), ZoneId: uint32(link)}
}
