// Package proxy speaks with haproxy's master.
package proxy

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gatewayd/contract"
)

// Master is haproxy's master process, which starts and ends workers and passes commands on to them.
type Master struct {
	// Its socket.
	Socket string
	// The user whose right it is to reach the socket. Nobody else's matters, root's neither: root in the gateway may not pass over file permissions.
	User int
	// The folder of the live policy, whose maps the workers are to have.
	Live string
	// How long an answer may take. A reload on a busy machine takes its time.
	Patience time.Duration
}

// New is the gateway's own.
func New() Master {
	return Master{Socket: contract.Master, User: contract.UserProxy, Live: contract.Live, Patience: 5 * time.Second}
}

// Within is the same with other patience.
func (m Master) Within(patience time.Duration) Master {
	m.Patience = patience
	return m
}

// ErrNotThere says that nobody listens on the socket.
var ErrNotThere = errors.New("the proxy's master is not there")

// command sends one command and says the answer.
func (m Master) command(command string) (string, error) {
	end := time.Now().Add(m.Patience)
	var connection net.Conn
	err := as(m.User, func() (err error) {
		connection, err = m.dial()
		return err
	})
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotThere, reason(err))
	}
	defer connection.Close()
	if err := connection.SetDeadline(end); err != nil {
		return "", err
	}
	if _, err := io.WriteString(connection, command+"\n"); err != nil {
		return "", fmt.Errorf("the proxy does not answer: %w", reason(err))
	}
	// The master answers and hangs up only when it knows that no other command follows.
	if err := connection.(*net.UnixConn).CloseWrite(); err != nil {
		return "", fmt.Errorf("the proxy does not answer: %w", reason(err))
	}
	answer, err := io.ReadAll(io.LimitReader(connection, longest+1))
	if os.IsTimeout(err) {
		return "", fmt.Errorf("the proxy does not answer")
	}
	if err != nil {
		return "", fmt.Errorf("the proxy does not answer: %w", reason(err))
	}
	if len(answer) > longest {
		return "", errors.New("the proxy says too much")
	}
	return string(answer), nil
}

// longest is how many bytes an answer may have. A worker says its largest map with some 16 bytes more for each entry than a policy has (4 MiB), and 2000 sessions in less; agents talk to
// it, and the gateway has 128 MiB.
const longest = 16 << 20

// dial connects. A master that reads its files anew starts over, and nobody listens for that moment: one of an apply that gave up waiting may come to it while the policy of before
// is put back (seen: "Connection refused", and all was shut).
func (m Master) dial() (net.Conn, error) {
	for end := time.Now().Add(m.Patience * 3 / 4); ; time.Sleep(20 * time.Millisecond) {
		connection, err := net.DialTimeout("unix", m.Socket, m.Patience)
		if err == nil || time.Now().After(end) {
			return connection, err
		}
	}
}

// reason leaves out of an error what was done to which socket, which the sentence around it says.
func reason(err error) error {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = inner.Unwrap()
	}
}

// as does something with the rights that a user has over files. The kernel has these by thread (setfsuid), so no other thread of this program ever has them.
func as(user int, do func() error) error {
	if os.Geteuid() == user {
		return do()
	}
	runtime.LockOSThread()
	set := func(id int) bool {
		syscall.RawSyscall(syscall.SYS_SETFSUID, uintptr(id), 0, 0)
		// It never says whether it did it; asked for a user that there is none, it says who it is.
		now, _, _ := syscall.RawSyscall(syscall.SYS_SETFSUID, ^uintptr(0), 0, 0)
		return int(now) == id
	}
	if !set(user) {
		runtime.UnlockOSThread()
		return syscall.EPERM
	}
	err := do()
	// A thread that stays another user's is not given back: it ends with its goroutine.
	if set(os.Geteuid()) {
		runtime.UnlockOSThread()
	}
	return err
}

// Reload has the master start a worker with the files as they are; the old worker goes on with its connections.
func (m Master) Reload() error {
	var answer string
	// The master hangs up without an answer while an earlier reload is under way: one of an apply that gave up waiting.
	for range 20 {
		var err error
		if answer, err = m.command("reload"); err != nil {
			return err
		}
		if answer != "" {
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	if !strings.HasPrefix(answer, "Success=1") {
		return fmt.Errorf("the proxy does not take the policy: %s", strings.TrimSpace(answer))
	}
	return nil
}

// Workers are the processes that the master has, by their number: those with current files, and those that only go on with their connections.
type Workers struct{ Current, Old []int }

var worker = regexp.MustCompile(`^(\d+)\s+worker\b`)

// Workers asks the master for them.
func (m Master) Workers() (Workers, error) {
	said, err := m.command("show proc")
	if err != nil {
		return Workers{}, err
	}
	return readWorkers(said), nil
}

func readWorkers(said string) Workers {
	var found Workers
	section := ""
	for line := range strings.SplitSeq(said, "\n") {
		if heading, ok := strings.CutPrefix(line, "# "); ok {
			section = heading
			continue
		}
		match := worker.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		pid, err := strconv.Atoi(match[1])
		if err != nil {
			continue
		}
		switch section {
		case "workers":
			found.Current = append(found.Current, pid)
		case "old workers":
			found.Old = append(found.Old, pid)
		}
	}
	return found
}

// ask sends a command to a worker.
func (m Master) ask(worker int, command string) (string, error) {
	return m.command(fmt.Sprintf("@!%d %s", worker, command))
}

var dropped = regexp.MustCompile(`(?m)^DroppedLogs: (\d+)`)

// Dropped says how many lines of their log the workers had no room for.
func (m Master) Dropped() (int, error) {
	workers, err := m.Workers()
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, pid := range append(workers.Current, workers.Old...) {
		said, err := m.ask(pid, "show info")
		if err != nil {
			return 0, err
		}
		if match := dropped.FindStringSubmatch(said); match != nil {
			count, err := strconv.Atoi(match[1])
			if err != nil {
				return 0, err
			}
			sum += count
		}
	}
	return sum, nil
}
