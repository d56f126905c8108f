package policy

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

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

// PeriodAt is which lines of the policy hold at a moment.
func (l Live) PeriodAt(moment string) string { return Period(l.Grants, moment) }

// Next is when the next grant ends after a moment; nothing where none does.
func (l Live) Next(moment string) (time.Time, bool) {
	for _, grant := range l.Grants {
		if grant.Until > moment {
			end, err := time.Parse(time.RFC3339, grant.Until)
			return end, err == nil
		}
	}
	return time.Time{}, false
}

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

// Tell calls `tell` for each grant that is over in the live policy and that the audit was not told of yet, also for one that ended while nothing ran here. That it was told is
// written first, so that a full disk is found before the line is told: it would be told again at each round.
func (p Place) Tell(live Live, tell func(name string)) error {
	text, err := os.ReadFile(p.Told())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	told := strings.TrimSpace(string(text))
	if live.Period <= told {
		return nil
	}
	next := p.Told() + ".next"
	if err := os.WriteFile(next, []byte(live.Period+"\n"), 0o644); err != nil {
		return err
	}
	for _, grant := range live.Grants {
		if grant.Until > told && grant.Until <= live.Period {
			tell(grant.Name)
		}
	}
	return os.Rename(next, p.Told())
}

// Early are the grants that are over by the gateway's time and not by the clock of the day: whoever declares one takes it for open.
func (l Live) Early(today string) []contract.Grant {
	var early []contract.Grant
	for _, grant := range l.Grants {
		if grant.Until <= l.Period && grant.Until > today {
			early = append(early, grant)
		}
	}
	return early
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
	return os.Rename(path+".next", path)
}
