package policy

import (
	"errors"
	"os"
	"strings"
	"time"

	"gatewayd/contract"
)

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
