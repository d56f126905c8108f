package policy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"gatewayd/contract"
)

// ErrBusy says that somebody else has the turn.
var ErrBusy = errors.New(contract.SaysBusy)

// TakeTurn waits for the turn: one apply or one look is at work at a time. Whoever holds the file that is given back has it, programs that it was handed to
// included. The time is written into it, so that a waiter can see since when it is held.
func (p Place) TakeTurn(patience time.Duration) (*os.File, error) {
	turn, err := os.OpenFile(filepath.Join(p.Run, "turn"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err = syscall.Flock(int(turn.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			turn.Close()
			return nil, err
		}
		if time.Now().After(end) {
			turn.Close()
			return nil, ErrBusy
		}
	}
	up, err := Uptime()
	if err == nil {
		err = turn.Truncate(0)
	}
	if err == nil {
		_, err = turn.WriteAt(fmt.Append(nil, up), 0)
	}
	if err != nil {
		turn.Close()
		return nil, err
	}
	return turn, nil
}

// HeldFor is for how many seconds somebody else has had the turn.
func (p Place) HeldFor() int64 {
	since, err := Number(filepath.Join(p.Run, "turn"))
	up, upErr := Uptime()
	if err != nil || upErr != nil {
		return 0
	}
	return up - since
}
