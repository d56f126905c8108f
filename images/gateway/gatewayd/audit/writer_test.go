package audit

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatewayd/netlink"
)

// written is a writer whose output is a file, and what it wrote there.
func written(t *testing.T, size int64) (*writer, func() string) {
	t.Helper()
	output, err := os.Create(filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { output.Close() })
	w := newWriter(places{folder: t.TempDir(), refusals: t.TempDir(), run: t.TempDir(), size: size}, &screen{fd: int(output.Fd()), file: output}, "acme")
	return w, func() string {
		text, err := os.ReadFile(output.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

func TestFloodsAreCounted(t *testing.T) {
	w, said := written(t, 0)
	now := time.Now()
	w.now = func() time.Time { return now }
	for range 201 {
		w.dropped(netlink.Packet{Prefix: "closed", Port: 81})
	}
	now = now.Add(time.Second)
	w.dropped(netlink.Packet{Prefix: "closed", Port: 82})
	if text := said(); strings.Count(text, `"port":81,`) != 200 || !strings.Contains(text, `"reason":"left-out","up":0,"down":0,"ms":0,"count":1}`) || !strings.Contains(text, `"port":82,`) {
		t.Error(text)
	}
	w, said = written(t, 0)
	for range 1500 {
		w.take([]byte(whole))
	}
	w.end()
	if text := said(); strings.Count(text, `"reason":"domain"`) != 1000 || !strings.Contains(text, `"reason":"left-out","up":1500,"down":2000,"ms":0,"count":500}`) {
		t.Errorf("%d lines", strings.Count(text, "\n"))
	}
}

// The proxy tells of connections. What else it says, whoever has taken it over, is no line, and is counted.
func TestProxied(t *testing.T) {
	w, said := written(t, 0)
	for _, kind := range []string{"policy", "gateway", "drift", "grant", "kernel", "dns", "else"} {
		w.proxied(bytes.Replace([]byte(whole), []byte(`"kind":"tls"`), []byte(`"kind":"`+kind+`"`), 1))
	}
	w.proxied([]byte(whole))
	w.end()
	if text := said(); strings.Count(text, "\n") != 2 || !strings.Contains(text, `"kind":"tls"`) || !strings.Contains(text, `"reason":"audit-lost","up":0,"down":0,"ms":0,"count":7}`) {
		t.Error(text)
	}
}

// A line that a crash cut off is ended, so that the next one is whole; and a full volume costs lines, which are counted, and nothing else.
func TestSeries(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "traffic-00000007"), []byte("cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &series{folder: folder, name: "traffic", files: 2, size: 8}
	s.resume()
	for _, line := range []string{"a\n", "b\n", "c\n", "dddd\n", "eeee\n"} {
		if err := s.append([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	var found []string
	for _, path := range s.there() {
		text, _ := os.ReadFile(path)
		found = append(found, filepath.Base(path)+":"+string(text))
	}
	if said := strings.Join(found, " "); said != "traffic-00000008:c\ndddd\n traffic-00000009:eeee\n" {
		t.Errorf("%q", said)
	}
	w, said := written(t, 0)
	volume := w.gateway.folder
	os.RemoveAll(volume)
	w.take([]byte(whole))
	if err := os.Mkdir(volume, 0o700); err != nil {
		t.Fatal(err)
	}
	w.wake()
	if text := said(); !strings.Contains(text, `"reason":"audit-lost","up":0,"down":0,"ms":0,"count":1}`) || w.lost != 0 {
		t.Error(text)
	}
}

// The volume never has more than its bound, and what connections write takes nothing of the gateway's own.
func TestBound(t *testing.T) {
	w, _ := written(t, 4096)
	w.take(bytes.Replace([]byte(whole), []byte(`"kind":"tls"`), []byte(`"kind":"drift"`), 1))
	for connection := range 1900 {
		line := bytes.Replace([]byte(whole), []byte("a.test"), fmt.Appendf(nil, "n%d.test", connection), 1)
		w.take(bytes.Replace(line, []byte(`"deny"`), []byte(`"allow"`), 1))
	}
	files := w.traffic.there()
	if len(files) != 16 || len(w.gateway.there()) != 1 {
		t.Errorf("%d files, and %d of the gateway's own", len(files), len(w.gateway.there()))
	}
	for _, path := range files {
		if file, err := os.Stat(path); err != nil || file.Size() > 4096 {
			t.Error(path, file.Size(), err)
		}
	}
	if text, err := os.ReadFile(files[len(files)-1]); err != nil || !strings.Contains(string(text), "n1899.test") {
		t.Errorf("%v: the last line is not in %q", err, text)
	}
	if text, err := os.ReadFile(w.gateway.there()[0]); err != nil || !strings.Contains(string(text), `"kind":"drift"`) {
		t.Errorf("%v: %q", err, text)
	}
}

// The container's output may be read by nobody: the volume has all lines, and whoever sends them does not wait.
func TestOutputIsAway(t *testing.T) {
	// Of a descriptor that two files have, the collector closes another's sooner or later: the number is given anew when the first of them is gone.
	var pipe [2]int
	if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(pipe[0])
	w, _ := written(t, 0)
	var err error
	if w.screen, err = newScreen(pipe[1]); err != nil {
		t.Fatal(err)
	}
	defer w.screen.file.Close()
	begin := time.Now()
	for range 990 {
		w.take([]byte(whole))
	}
	if spent := time.Since(begin); !w.screen.away || spent > 5*time.Second {
		t.Error(w.screen.away, spent)
	}
	if text, _ := os.ReadFile(filepath.Join(w.traffic.folder, "traffic-00000001")); strings.Count(string(text), "\n") != 990 {
		t.Errorf("%d lines", strings.Count(string(text), "\n"))
	}
}

// Asked to end in the midst of a line, it takes the line's end as well: whoever reads the pipe next begins with a line.
func TestEndsBetweenLines(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	w, said := written(t, 0)
	lines := &lines{}
	from := source{file: read, between: lines.between, take: func(w *writer, piece []byte) {
		lines.take(piece, w.take, func() { w.lost++ })
	}}
	asked := make(chan os.Signal)
	done := make(chan struct{})
	go func() { w.readAll([]source{from}, false, asked); close(done) }()
	io.WriteString(write, whole[:50])
	time.Sleep(50 * time.Millisecond)
	asked <- syscall.SIGTERM
	io.WriteString(write, whole[50:]+"\n")
	<-done
	if said() != whole+"\n" {
		t.Errorf("%q", said())
	}
	// And the rest of a pipe is what is in it, not what comes later.
	io.WriteString(write, whole+"\n")
	w.readAll([]source{from}, true, nil)
	if said() != whole+"\n"+whole+"\n" {
		t.Errorf("%q", said())
	}
}
