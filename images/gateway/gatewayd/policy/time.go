package policy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"gatewayd/contract"
)

// never is the last moment there is.
const never = 253402300799

var note = regexp.MustCompile(`^([0-9]{1,11}) ([0-9]{1,11})\n?$`)

// Time is the gateway's time, in seconds since 1970. It is the clock of the day, and it never goes back, for then a grant that has ended would begin again: it is no less than
// the time that Keep wrote, and what the machine was up since. A note that cannot be read means the last moment there is: every grant is over.
func (p Place) Time(now time.Time) (int64, error) {
	up, err := Uptime()
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(p.Clock())
	if errors.Is(err, os.ErrNotExist) {
		return now.Unix(), nil
	}
	// What cannot be read is as a note that says nothing.
	return timeBy(string(text), now.Unix(), up), nil
}

func timeBy(text string, now, up int64) int64 {
	at := int64(never)
	if found := note.FindStringSubmatch(text); found != nil {
		since, _ := strconv.ParseInt(found[2], 10, 64)
		at, _ = strconv.ParseInt(found[1], 10, 64)
		// After a start of the machine its uptime may be less than it was.
		if up > since {
			at += up - since
		}
	}
	return max(at, now)
}

// Moment writes seconds since 1970 as a bundle does: the later of two is the greater text.
func Moment(seconds int64) string { return time.Unix(seconds, 0).UTC().Format("2006-01-02T15:04:05Z") }

// Keep notes the gateway's time in the volume, as long as a grant of the policy is to end. Not more than the last of them needs: a clock that is wrong by years would end for
// years what is granted later.
func (p Place) Keep(grants []contract.Grant, now time.Time) error {
	if len(grants) == 0 {
		return nil
	}
	end, err := time.Parse(time.RFC3339, grants[len(grants)-1].Until)
	if err != nil {
		return err
	}
	last := end.Unix()
	if text, err := os.ReadFile(p.Clock()); err == nil {
		if found := note.FindStringSubmatch(string(text)); found != nil {
			if at, err := strconv.ParseInt(found[1], 10, 64); err == nil && at >= last {
				return nil
			}
		}
	}
	at, err := p.Time(now)
	if err != nil {
		return err
	}
	up, err := Uptime()
	if err != nil {
		return err
	}
	return replace(p.Clock(), fmt.Sprintf("%d %d\n", min(at, last), up))
}

// replace writes a file whole or not at all, and so that it outlives a crash of the machine.
func replace(path, text string) error {
	next, err := os.OpenFile(path+".next", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer next.Close()
	if _, err := next.WriteString(text); err != nil {
		return err
	}
	if err := next.Sync(); err != nil {
		return err
	}
	if err := os.Rename(path+".next", path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Uptime is the seconds since the machine started, as /proc/uptime has them: that text takes the kernel 18 µs for want of one number. The clock of the day may jump.
func Uptime() (int64, error) {
	const bootTime = 7
	var now syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, bootTime, uintptr(unsafe.Pointer(&now)), 0); errno != 0 {
		return 0, os.NewSyscallError("clock_gettime", errno)
	}
	return int64(now.Sec), nil
}
