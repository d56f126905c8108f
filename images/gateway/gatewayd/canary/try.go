package canary

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"gatewayd/contract"
)

const (
	// How long is waited for what must stay silent, and for what must answer.
	patience, lenience = 800 * time.Millisecond, 4 * time.Second
	// What is read of an answer. The gateway's own page has less; of anybody else's a byte is enough.
	mostAnswer = 4096
)

// Run is the program: it reads probes, tries them, and prints a verdict and the probe, a line each. It ends with a status of the contract's.
func Run(from io.Reader, to, complaints io.Writer) int {
	probes, err := Read(from)
	if err != nil {
		fmt.Fprintln(complaints, err)
		return contract.StatusNoProbe
	}
	verdicts := Try(probes)
	for at, probe := range probes {
		if _, err := fmt.Fprintf(to, "%s %s\n", verdicts[at], probe.Line); err != nil {
			return contract.StatusUnproven
		}
	}
	return Status(verdicts)
}

// Try tries all probes at once, and gives their verdicts in the same order.
func Try(probes []Probe) []string {
	verdicts := make([]string, len(probes))
	var all sync.WaitGroup
	for at, probe := range probes {
		all.Add(1)
		go func() {
			defer all.Done()
			if probe.Kind == "shut datagram" {
				verdicts[at] = send(probe)
				return
			}
			within := patience
			if probe.open() || probe.Kind == "shut name" {
				within = lenience
			}
			id := uint16(rand.Uint32())
			verdicts[at] = judge(probe, id, try(probe, id, within))
		}()
	}
	all.Wait()
	return verdicts
}

// try waits so long for a connection, and as long for what comes of it.
func try(probe Probe, id uint16, within time.Duration) outcome {
	socket, err := connect(probe)
	if err != nil {
		return outcome{event: failed(err)}
	}
	defer socket.close()
	if err := socket.connected(within); err != nil {
		return outcome{event: failed(err)}
	}
	if probe.Kind == "shut tcp" || probe.Kind == "shut port" {
		return outcome{event: accepted}
	}
	text, err := words(probe, id)
	if err != nil {
		return outcome{event: unmade}
	}
	if err := socket.write(text); err != nil {
		return outcome{event: failed(err)}
	}
	answer := make([]byte, mostAnswer)
	length, err := socket.read(answer, within)
	if length == 0 {
		return outcome{event: failed(err)}
	}
	return outcome{answered, answer[:length]}
}

// What the kernel says when it has no more of something: no port, no room, no memory.
var outOfMeans = []syscall.Errno{syscall.EAGAIN, syscall.EADDRINUSE, syscall.ENOBUFS, syscall.ENOMEM}

// failed says what an error means. One of a connection that stood or was under way is silence: whoever answers with an error of ICMP's, or hangs up, says nothing.
func failed(err error) event {
	var number syscall.Errno
	if !errors.As(err, &number) {
		// The end of its time, or of the connection.
		return silence
	}
	var call *os.SyscallError
	name := ""
	if errors.As(err, &call) {
		name = call.Syscall
	}
	switch {
	case number == syscall.ECONNREFUSED:
		return refused
	case name == "socket" && number == syscall.EAFNOSUPPORT:
		// A kernel without this address family can send no such packet: the wall holds.
		return silence
	case name == "socket", name == "bind", slices.Contains(outOfMeans, number):
		return unmade
	default:
		return silence
	}
}
