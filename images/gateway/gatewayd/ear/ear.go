// Package ear listens for datagrams as a service of a host does, to say which of those that a canary sends arrive.
package ear

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"gatewayd/contract"
)

const (
	// A datagram that was sent a moment before may still be on its way, which takes microseconds across a bridge of this kernel. The canary waits 0.8 s for silence after it has sent. It is the end
	// when nothing waits to be read, twice in a row: between them what was read is told of. So one that did not run meanwhile, for somebody had the processors, reads what came.
	late, mostLate = 25 * time.Millisecond, 40
	// How long it may take to hear itself.
	ready = time.Second
	// Addresses that are told of, each once. A canary sends to some ten; who floods a listener has it say that it could not listen, and hides nothing.
	most = 1024
)

// Groups that machines listen to: mDNS, LLMNR, SSDP.
var (
	groups4 = [][4]byte{{224, 0, 0, 251}, {224, 0, 0, 252}, {239, 255, 255, 250}}
	groups6 = [][16]byte{{0xff, 2, 15: 0xfb}, {0xff, 2, 13: 1, 15: 3}, {0xff, 2, 15: 0xc}}
)

// Hear listens on a port of all addresses until `asked` ends, and so long at most. It says `listening` when it hears itself, then `heard ADDRESS` once for each address that a sender
// wrote after the word. With an error it is unknown what would have arrived.
func Hear(port uint16, word string, patience time.Duration, asked io.Reader, say io.Writer) error {
	sockets, members, err := listen(port)
	for _, socket := range sockets {
		defer socket.Close()
	}
	for _, member := range members {
		defer syscall.Close(member)
	}
	if err != nil {
		return err
	}
	heard, done := make(chan string), make(chan struct{})
	defer close(done)
	for _, socket := range sockets {
		go hear(socket, word, heard, done)
	}
	if err := hearSelf(port, word, heard); err != nil {
		return err
	}
	known := map[string]bool{}
	if _, err := fmt.Fprintln(say, contract.SaysListening); err != nil {
		return err
	}
	inputEnds := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, asked)
		close(inputEnds)
	}()
	// Nothing from then on.
	ended := inputEnds
	end := time.NewTimer(patience)
	silent := false
	looks := 0
	for {
		select {
		case address := <-heard:
			if known[address] || address == self {
				continue
			}
			if len(known) == most {
				return errors.New("could not tell all that it hears: too much")
			}
			known[address] = true
			if _, err := fmt.Fprintln(say, contract.SaysHeard+address); err != nil {
				return err
			}
		case <-ended:
			ended = nil
			end.Reset(late)
		case <-end.C:
			if ended == nil {
				waiting, err := unread(sockets)
				switch {
				case err != nil:
					return err
				case looks == mostLate:
					return errFlood
				case silent && !waiting:
					return nil
				}
				looks++
				silent = !waiting
			}
			ended = nil
			end.Reset(late)
		}
	}
}

var errFlood = errors.New("could not hear all: too much")

// unread is whether datagrams wait in one of the sockets, or an error when there was no room for one: who floods a listener hides nothing.
func unread(sockets []net.PacketConn) (bool, error) {
	// linux/sock_diag.h: what a socket's memory holds, in nine numbers. The first is of what waits, the last counts what was dropped.
	const memory, waiting, dropped = 55, 0, 8
	found := false
	for _, socket := range sockets {
		raw, err := socket.(syscall.Conn).SyscallConn()
		if err != nil {
			return false, err
		}
		var numbers [9]uint32
		size := uint32(unsafe.Sizeof(numbers))
		var errno syscall.Errno
		if err := raw.Control(func(socket uintptr) {
			_, _, errno = syscall.Syscall6(syscall.SYS_GETSOCKOPT, socket, syscall.SOL_SOCKET, memory, uintptr(unsafe.Pointer(&numbers)), uintptr(unsafe.Pointer(&size)), 0)
		}); err != nil {
			return false, err
		}
		if errno != 0 {
			return false, os.NewSyscallError("getsockopt", errno)
		}
		if numbers[dropped] > 0 {
			return false, errFlood
		}
		found = found || numbers[waiting] > 0
	}
	return found, nil
}

// self is what the listener itself writes in the place of an address.
const self = "self"

// hearSelf sends a datagram to itself, and waits for it. No listener, no verdict.
func hearSelf(port uint16, word string, heard <-chan string) error {
	sender, err := net.Dial("udp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return fmt.Errorf("could not send to itself: %w", err)
	}
	defer sender.Close()
	if _, err := sender.Write([]byte(word + " " + self)); err != nil {
		return fmt.Errorf("could not send to itself: %w", err)
	}
	end := time.After(ready)
	for {
		select {
		case address := <-heard:
			if address == self {
				return nil
			}
			// Nobody sends before it is said that somebody listens.
		case <-end:
			return errors.New("could not hear itself")
		}
	}
}

// hear tells of what arrives at a socket, until that is closed.
func hear(socket net.PacketConn, word string, heard chan<- string, done <-chan struct{}) {
	var text [512]byte
	for {
		length, _, err := socket.ReadFrom(text[:])
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if address, ok := addressed(text[:length], word); ok {
			select {
			case heard <- address:
			case <-done:
				return
			}
		}
	}
}

// addressed says which address a datagram of the word was sent to, or that the listener wrote it itself.
func addressed(text []byte, word string) (string, bool) {
	address, ok := bytes.CutPrefix(bytes.TrimSuffix(text, []byte("\n")), []byte(word+" "))
	if !ok || len(address) == 0 {
		return "", false
	}
	if string(address) == self {
		return self, true
	}
	return string(address), len(bytes.Trim(address, "0123456789abcdef.:")) == 0
}

// listen gives the sockets that listen, and those that only are in the groups: a machine that is in a group takes its datagrams on all sockets.
func listen(port uint16) (sockets []net.PacketConn, members []int, err error) {
	links, err := net.Interfaces()
	if err != nil {
		return nil, nil, fmt.Errorf("could not see the interfaces: %w", err)
	}
	four, err := net.ListenPacket("udp4", fmt.Sprintf("0.0.0.0:%d", port))
	if err != nil {
		return nil, nil, fmt.Errorf("could not listen: %w", err)
	}
	sockets = append(sockets, four)
	// Each link has a socket of its own, for one socket can be in 20 groups at most.
	for _, link := range links {
		member, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			return sockets, members, fmt.Errorf("could not make a socket: %w", err)
		}
		members = append(members, member)
		for _, group := range groups4 {
			// Not every link has groups.
			_ = syscall.SetsockoptIPMreqn(member, syscall.IPPROTO_IP, syscall.IP_ADD_MEMBERSHIP, &syscall.IPMreqn{Multiaddr: group, Ifindex: int32(link.Index)})
		}
	}
	// A kernel without IPv6 takes no such datagram.
	if _, err := os.Stat("/proc/net/if_inet6"); err != nil {
		return sockets, members, nil
	}
	six, err := net.ListenPacket("udp6", fmt.Sprintf("[::]:%d", port))
	if err != nil {
		return sockets, members, fmt.Errorf("could not listen by IPv6: %w", err)
	}
	sockets = append(sockets, six)
	raw, err := six.(syscall.Conn).SyscallConn()
	if err != nil {
		return sockets, members, fmt.Errorf("could not be in the groups of IPv6: %w", err)
	}
	err = raw.Control(func(socket uintptr) {
		for _, link := range links {
			for _, group := range groups6 {
				_ = syscall.SetsockoptIPv6Mreq(int(socket), syscall.IPPROTO_IPV6, syscall.IPV6_JOIN_GROUP, &syscall.IPv6Mreq{Multiaddr: group, Interface: uint32(link.Index)})
			}
		}
	})
	return sockets, members, err
}

// Run is the program: PORT WORD MS. Status 2: it could not listen.
func Run(words []string, asked io.Reader, say, complaints io.Writer) int {
	if len(words) == 3 {
		port, err := strconv.ParseUint(words[0], 10, 16)
		ms, wrong := strconv.ParseUint(words[2], 10, 31)
		if err == nil && wrong == nil && port > 0 && words[1] != "" && !strings.ContainsAny(words[1], " \n") {
			if err := Hear(uint16(port), words[1], time.Duration(ms)*time.Millisecond, asked, say); err != nil {
				fmt.Fprintln(complaints, "hear:", err)
				return 2
			}
			return 0
		}
	}
	fmt.Fprintln(complaints, "usage: hear PORT WORD MS")
	return 2
}
