package proxy

import (
	"slices"
	"strings"
	"testing"
)

func TestControl(t *testing.T) {
	info := map[string]string{"show proc": processes, "@!42 show info": "DroppedLogs: 3\n", "@!41 show info": "DroppedLogs: 0\n", "@!40 show info": "DroppedLogs: 4\n"}
	master, _ := stands(t, info)
	var said strings.Builder
	if err := master.control([]string{"workers", "dropped"}, &said); err != nil || said.String() != "1\n7\n" {
		t.Errorf("%v: %q", err, said.String())
	}
}

// One verb that is none, and nothing is asked.
func TestControlIsMisspelt(t *testing.T) {
	master, asked := stands(t, map[string]string{"reload": "Success=1\n"})
	for _, words := range [][]string{nil, {"everything"}, {"reload", "everything"}} {
		if err := master.control(words, nil); err == nil || !strings.HasPrefix(err.Error(), "usage: proxyctl ") {
			t.Error(words, err)
		}
	}
	if !slices.Equal(*asked, []string{}) {
		t.Error(*asked)
	}
}

// What fails ends it, and what comes after is not done.
func TestControlEndsWithTheFirstFailure(t *testing.T) {
	master, asked := stands(t, map[string]string{"reload": "Success=0\n--\nno such file\n"})
	if err := master.control([]string{"reload", "workers"}, nil); err == nil {
		t.Error("no error")
	}
	if !slices.Equal(*asked, []string{"reload"}) {
		t.Error(*asked)
	}
}
