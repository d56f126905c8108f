package netlink

import (
	"syscall"
	"testing"
)

func TestReadAnswer(t *testing.T) {
	none := func(message) error { return nil }
	for name, row := range map[string]struct {
		datagram      []byte
		done, changed bool
		err           error
	}{
		"one of several":     {asked(newRule, syscall.NLM_F_MULTI, []byte{1, 0, 0, 0}), false, false, nil},
		"one that changed":   {asked(newRule, syscall.NLM_F_MULTI|dumpInterrupted, []byte{1, 0, 0, 0}), false, true, nil},
		"the end":            {asked(syscall.NLMSG_DONE, 0, make([]byte, 4)), true, false, nil},
		"it changed":         {asked(syscall.NLMSG_DONE, dumpInterrupted, make([]byte, 4)), true, true, nil},
		"it was interrupted": {asked(syscall.NLMSG_DONE, 0, []byte{0xfc, 0xff, 0xff, 0xff}), true, true, nil},
		"it ends with one":   {asked(syscall.NLMSG_DONE, 0, []byte{0xff, 0xff, 0xff, 0xff}), false, false, syscall.EPERM},
		"an error":           {asked(syscall.NLMSG_ERROR, 0, []byte{0xa1, 0xff, 0xff, 0xff}), false, false, syscall.EOPNOTSUPP},
		"agreed to":          {asked(syscall.NLMSG_ERROR, 0, make([]byte, 20)), true, false, nil},
		"a short error":      {asked(syscall.NLMSG_ERROR, 0, nil), false, false, errCut},
		"a short end":        {asked(syscall.NLMSG_DONE, 0, []byte{0}), false, false, errCut},
		"cut":                {[]byte{20, 0, 0, 0}, false, false, errCut},
	} {
		t.Run(name, func(t *testing.T) {
			done, changed, err := readAnswer(row.datagram, none)
			if done != row.done || changed != row.changed || err != row.err {
				t.Error(done, changed, err)
			}
		})
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(asked(newRule, syscall.NLM_F_MULTI, append([]byte{1, 0, 0, 0}, expressionNamed("counter", list(1, make([]byte, 8)))...)))
	f.Add(asked(syscall.NLMSG_DONE, dumpInterrupted, make([]byte, 4)))
	f.Add(asked(syscall.NLMSG_ERROR, 0, []byte{0xa1, 0xff, 0xff, 0xff}))
	f.Add(asked(getQueue, 0, append(make([]byte, sizeOfQueue), list(1, []byte("clsact\x00"))...)))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		_, _, _ = readAnswer(datagram, func(message message) error {
			parentsOf(message.data)
			_, _, err := readTable(message)
			return err
		})
	})
}
