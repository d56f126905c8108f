package proxy

import (
	"bufio"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// stands is a master that answers by a table, and notes what it was asked; what is not in the table it answers with nothing. What is added to a map it says of the map from then on.
func stands(t *testing.T, answers map[string]string) (Master, *[]string) {
	t.Helper()
	folder := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(folder, "master.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	asked := &[]string{}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			command, _ := bufio.NewReader(connection).ReadString('\n')
			command = strings.TrimSuffix(command, "\n")
			*asked = append(*asked, command)
			answer, known := answers[command]
			if number, entry, ok := strings.Cut(strings.TrimPrefix(command, "@!42 add map #"), " "); ok && !known && strings.HasPrefix(command, "@!42 add map #") {
				answers["@!42 show map #"+number] += "0x77 " + entry + "\n"
				answer = "\n"
			}
			connection.Write([]byte(answer))
			connection.Close()
		}
	}()
	return Master{Socket: filepath.Join(folder, "master.sock"), User: os.Geteuid(), Live: folder, Patience: 5 * time.Second}, asked
}

const processes = `#<PID>          <type>          <reloads>       <uptime>        <version>
11              master          1               0d00h00m10s     3.0.11
# workers
42              worker          0               0d00h00m05s     3.0.11
# old workers
41              worker          1               0d00h00m10s     3.0.11
40              worker          2               0d00h00m20s     3.0.11
# programs

`

func write(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWorkers(t *testing.T) {
	master, _ := stands(t, map[string]string{"show proc": processes})
	workers, err := master.Workers()
	if err != nil || !slices.Equal(workers.Current, []int{42}) || !slices.Equal(workers.Old, []int{41, 40}) {
		t.Error(workers, err)
	}
}

func TestMasterThatIsNotThere(t *testing.T) {
	master := Master{Socket: filepath.Join(t.TempDir(), "none"), User: os.Geteuid(), Patience: time.Second}
	if _, err := master.Workers(); err == nil || err.Error() != "the proxy's master is not there: no such file or directory" {
		t.Error(err)
	}
}

// What a worker says goes on and on: it takes no more memory than the largest policy's maps.
func TestMasterThatSaysTooMuch(t *testing.T) {
	master, _ := stands(t, map[string]string{"show proc": strings.Repeat("x", longest+1)})
	if _, err := master.Workers(); err == nil || err.Error() != "the proxy says too much" {
		t.Error(err)
	}
}

func TestMasterThatHangs(t *testing.T) {
	master, _ := stands(t, nil)
	listener, err := net.Listen("unix", master.Socket+"-hangs")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	master.Socket += "-hangs"
	master.Patience = 50 * time.Millisecond
	if _, err := master.Workers(); err == nil || err.Error() != "the proxy does not answer" {
		t.Error(err)
	}
}

func TestReload(t *testing.T) {
	master, _ := stands(t, map[string]string{"reload": "Success=1\n--\n[NOTICE] Loading success.\n"})
	if err := master.Reload(); err != nil {
		t.Error(err)
	}
	master, _ = stands(t, map[string]string{"reload": "Success=0\n--\nno such file\n"})
	if err := master.Reload(); err == nil || !strings.HasPrefix(err.Error(), "the proxy does not take the policy: Success=0") {
		t.Error(err)
	}
}

func TestDropped(t *testing.T) {
	master, _ := stands(t, map[string]string{
		"show proc": processes, "@!42 show info": "Name: HAProxy\nDroppedLogs: 3\nx: 1\n", "@!41 show info": "DroppedLogs: 4\n", "@!40 show info": "",
	})
	if count, err := master.Dropped(); err != nil || count != 7 {
		t.Error(count, err)
	}
}

func TestCheck(t *testing.T) {
	answers := map[string]string{
		"show proc":          strings.ReplaceAll(processes, "worker          1", "gone"),
		"@!42 show map":      "# id (file) description\n0 (/run/gateway/live/names.map) pattern loaded from file\n1 (/run/gateway/live/lan.map) pattern\n",
		"@!42 show map #0":   "0x55d b.example 10.0.0.2:443\n0x55e a.example 10.0.0.1:443\n\n",
		"@!42 show map #1":   "\n",
		"@!42 show map #999": "",
	}
	for name, row := range map[string]struct{ names, wrong string }{
		"the same":              {"# of the bundle\na.example   10.0.0.1:443\nb.example 10.0.0.2:443  \n\n", ""},
		"a line more in memory": {"a.example 10.0.0.1:443\n", "names.map is not what the policy says"},
		"a line less in memory": {"a.example 10.0.0.1:443\nb.example 10.0.0.2:443\nc.example 10.0.0.3:443\n", "names.map is not what the policy says"},
		"another address":       {"a.example 10.0.0.1:443\nb.example 10.0.0.3:443\n", "names.map is not what the policy says"},
	} {
		t.Run(name, func(t *testing.T) {
			master, _ := stands(t, answers)
			write(t, master.Live, map[string]string{"names.map": row.names, "lan.map": ""})
			said := ""
			if err := master.Check(); err != nil {
				said = err.Error()
			}
			if said != row.wrong {
				t.Errorf("%q", said)
			}
		})
	}
	for name, row := range map[string]struct {
		answers map[string]string
		wrong   string
	}{
		"no worker":                  {map[string]string{"show proc": "# workers\n# old workers\n41 worker 1\n"}, "0 current workers"},
		"two workers":                {map[string]string{"show proc": "# workers\n41 worker 1\n42 worker 0\n"}, "2 current workers"},
		"a worker that says nothing": {map[string]string{"show proc": processes}, "the worker does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			master, _ := stands(t, row.answers)
			if err := master.Check(); err == nil || err.Error() != row.wrong {
				t.Error(err)
			}
		})
	}
}

var files = map[string]string{
	"names.map": "own.example 10.0.0.129:443\nboth.example 10.0.0.130:80,443\nat.example 10.0.0.131:443:10.1.1.1\n",
	"below.map": ".wild.example 10.0.0.140:80,443:.wild.example\n",
	"ports.map": "10.0.0.150:22 git.example\n",
	"lan.map":   "10.0.0.160:5432 10.1.0.5:5432:db\n", "inbound.map": "2222 10.0.0.3:2222:agent\n",
}

func TestCut(t *testing.T) {
	master, asked := stands(t, map[string]string{
		"show proc": strings.ReplaceAll(processes, "40              worker", "gone"),
		"@!41 show table lines": "# table: lines, type: string\n" +
			"0x1: key=10.0.0.3:1001/tls/own.example use=1 exp=1\n" +
			"0x2: key=10.0.0.3:1002/tls/gone.example use=1 exp=1\n" +
			"0x3: key=10.0.0.3:1003/tls/own.example use=0 exp=1\n",
		"@!41 show sess": "0xa1: proto=tcpv4 src=10.0.0.3:1001 fe=tls be=web\n" +
			"0xa2: proto=tcpv4 src=10.0.0.3:1002 fe=tls be=web\n" +
			"0xa3: proto=tcpv4 src=10.0.0.3:1003 fe=http be=web\n" +
			"0xa4: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE>\n",
	})
	write(t, master.Live, files)
	cut, err := master.Cut()
	if err != nil || !slices.Equal(cut, []string{"tls/gone.example", "http/undecided"}) {
		t.Error(cut, err)
	}
	if !slices.Contains(*asked, "@!41 shutdown session 0xa2") || slices.Contains(*asked, "@!41 shutdown session 0xa1") || slices.Contains(*asked, "@!41 shutdown session 0xa4") {
		t.Error(*asked)
	}
}

// From one port of the agent's go several connections, to different addresses.
func TestCutOfOnePort(t *testing.T) {
	for name, row := range map[string]struct {
		lines []string
		want  []string
	}{
		"one line gone":             {[]string{"tcp/gone.example:22", "tls/own.example"}, []string{"tcp/gone.example:22", "tcp/gone.example:22"}},
		"in the other order":        {[]string{"tls/own.example", "tcp/gone.example:22"}, []string{"tcp/gone.example:22", "tcp/gone.example:22"}},
		"one of them is not judged": {[]string{"tls/own.example"}, []string{"tcp/undecided", "tls/undecided"}},
		"all of them are allowed":   {[]string{"tcp/git.example:22", "tls/own.example"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			table := "# table: lines, type: string\n"
			for _, line := range row.lines {
				table += "0x1: key=10.0.0.3:1001/" + line + " use=1 exp=1\n"
			}
			master, _ := stands(t, map[string]string{
				"show proc":             strings.ReplaceAll(processes, "40              worker", "gone"),
				"@!41 show table lines": table,
				"@!41 show sess": "0xa1: proto=tcpv4 src=10.0.0.3:1001 fe=tcp be=git\n" +
					"0xa2: proto=tcpv4 src=10.0.0.3:1001 fe=tls be=web\n" +
					"0xa4: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE>\n",
			})
			write(t, master.Live, files)
			if cut, err := master.Cut(); err != nil || !slices.Equal(cut, row.want) {
				t.Error(cut, err)
			}
		})
	}
}

// A line counts that was there before the connections were listed, and is there after.
func TestBoth(t *testing.T) {
	for _, row := range [][3][]string{
		{{"tls/a", "tls/b"}, {"tls/b", "tls/a"}, {"tls/a", "tls/b"}},
		{{"tls/a", "tls/b"}, {"tls/b"}, {"tls/b"}},
		{{"tls/a"}, {"tls/a", "tls/b"}, {"tls/a"}},
		{nil, {"tls/a"}, nil},
	} {
		if found := both(row[0], row[1]); !slices.Equal(found, row[2]) {
			t.Error(row, found)
		}
	}
}

// A worker that ends while it is asked answers nothing: that is no list without connections.
func TestCutOfWhoDoesNotSay(t *testing.T) {
	one := strings.ReplaceAll(processes, "40              worker", "gone")
	for _, said := range []map[string]string{
		{"show proc": one, "@!41 show table lines": "# table: lines, type: string\n"},
		{"show proc": one, "@!41 show sess": "0xa4: proto=unix_stream src=unix:1 fe=GLOBAL be=<NONE>\n"},
	} {
		master, _ := stands(t, said)
		write(t, master.Live, files)
		if cut, err := master.Cut(); err == nil || !strings.HasPrefix(err.Error(), "an old worker (41) does not say which ") {
			t.Error(cut, err)
		}
	}
}

func TestAllow(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, files)
	live, err := liveLines(folder)
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]bool{
		"tls/own.example": true, "http/own.example": false, "http/both.example": true,
		"tls/at.example@10.1.1.1": true, "tls/at.example": false, "tls/at.example@10.1.1.2": false,
		"tls/a.wild.example": true, "http/a.b.wild.example": true, "tls/wild.example": false, "tls/.wild.example": true, "tls/.b.wild.example": false,
		"tls/a.wild.example@10.1.1.1": false, "tls/awild.example": false,
		"tcp/git.example:22": true, "tcp/git.example:23": false, "lan/10.1.0.5:5432:db": true, "lan/10.1.0.5:5433:db": false,
		"inbound/10.0.0.3:2222:agent": true, "tls/": false, "": false, "tls": false,
	} {
		if live.allow(line) != want {
			t.Errorf("%s: %v", line, !want)
		}
	}
	write(t, folder, map[string]string{"below.map": ". 10.0.0.140:443:.\n"})
	if live, err = liveLines(folder); err != nil {
		t.Fatal(err)
	}
	// The line of all names, which says nothing of a name that has one of its own, nor of the other port.
	for line, want := range map[string]bool{"tls/any.example": true, "http/any.example": false, "http/own.example": false, "tls/at.example": false} {
		if live.allow(line) != want {
			t.Errorf("with all names: %s: %v", line, !want)
		}
	}
}

func FuzzSaid(f *testing.F) {
	f.Add(processes)
	f.Add("0x55d b.example 10.0.0.2:443\n\n")
	f.Add("# workers\n99999999999999999999 worker\n")
	f.Fuzz(func(t *testing.T, said string) {
		readWorkers(said)
		inMemory(said)
		inFile(said)
	})
}
