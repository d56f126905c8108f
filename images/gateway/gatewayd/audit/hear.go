package audit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"gatewayd/contract"
	"gatewayd/netlink"
)

// group is what the rules log to (gateway/render/nft.ts).
const group = 1

// Hear opens the socket of what packet rules log, and becomes another program, which has the socket and needs no rights: {} in its words is the socket's number. Without a socket it
// becomes the program all the same, and the audit says so: the rest of the audit does not end with the packets. It ends only with an error.
func Hear(words []string) error {
	if len(words) < 2 {
		return errors.New("usage: hear-packets PROGRAM WORD...")
	}
	socket, err := netlink.HearPackets(group)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		Tell(contract.Line{Kind: "drift", Name: "packets that rules refuse: " + err.Error(), Verdict: "deny", Reason: "unheard"})
		words = deaf(words)
	} else {
		words = hearing(words, socket)
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return err
	}
	return os.NewSyscallError("exec "+words[0], syscall.Exec(path, words, os.Environ()))
}

const inPlaceOfSocket = "{}"

// hearing are a program's words with a socket's number in its place.
func hearing(words []string, socket int) []string {
	with := slices.Clone(words)
	for at := range with {
		with[at] = strings.ReplaceAll(with[at], inPlaceOfSocket, strconv.Itoa(socket))
	}
	return with
}

// deaf are those that a program has without a socket.
func deaf(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return strings.Contains(word, inPlaceOfSocket) })
}
