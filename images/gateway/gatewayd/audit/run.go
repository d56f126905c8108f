package audit

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"gatewayd/contract"
	"gatewayd/netlink"
)

const (
	// How often what waits for its time is told, when nothing is read.
	tick = 2 * time.Second
	// How long a source says nothing until it counts as empty.
	quiet = 100 * time.Millisecond
	// The most that is read at once.
	piece = 1 << 15
	// The proxy never waits for a reader: it drops and counts lines that do not fit into the pipe. So the pipe is as large as a user's may be, for many connections may end at once.
	pipeSize, setPipeSize = 1 << 20, 1031
)

// source is a file that lines come from, and how a piece of it is taken. What it takes is the writer's alone meanwhile.
type source struct {
	file *os.File
	take func(w *writer, piece []byte)
	// Whether the last piece ended with a line's end.
	between func() bool
}

// texts are a source of lines.
func texts(fd int, take func(w *writer, line []byte)) source {
	lines := &lines{}
	return source{
		file: readable(fd),
		take: func(w *writer, piece []byte) {
			lines.take(piece, func(line []byte) { take(w, line) }, func() { w.lost++ })
		},
		between: lines.between,
	}
}

func packets(fd int) source {
	return source{
		file: readable(fd),
		take: func(w *writer, piece []byte) {
			found, err := netlink.ReadPackets(piece)
			if err != nil {
				w.lost++
			}
			for _, packet := range found {
				w.dropped(packet)
			}
		},
		between: func() bool { return true },
	}
}

// sources are what a word SOURCE:FD may name. The audit's own pipe is stdin.
var sources = map[string]func(fd int) source{
	"dns":     func(fd int) source { return texts(fd, (*writer).logged) },
	"packets": packets,
	"proxy": func(fd int) source {
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), setPipeSize, pipeSize)
		return texts(fd, (*writer).proxied)
	},
}

func readable(fd int) *os.File {
	// Of a file that cannot be waited for a read does not wait either.
	_ = syscall.SetNonblock(fd, true)
	return os.NewFile(uintptr(fd), "source")
}

// Run copies audit lines to the container's output and to the client's audit volume. It is the one writer of both. It ends with its sources, or when it is told to; with
// `rest` it takes the lines that are there now and ends, for the last lines of a gateway that stops.
func Run(words []string) error {
	if len(words) < 2 {
		return errors.New("usage: audit FOLDER REFUSALS [rest] [dns:FD] [proxy:FD] [packets:FD]")
	}
	at := places{folder: words[0], refusals: words[1], run: contract.Run}
	rest := false
	from := []source{texts(0, (*writer).take)}
	for _, word := range words[2:] {
		if word == "rest" {
			rest = true
			continue
		}
		name, number, _ := strings.Cut(word, ":")
		fd, err := strconv.Atoi(number)
		if err != nil || sources[name] == nil {
			return fmt.Errorf("%q is no source", word)
		}
		from = append(from, sources[name](fd))
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	// Of this program there is one for each client, and it does nothing most of the time: memory counts, and not speed.
	debug.SetGCPercent(20)
	debug.SetMemoryLimit(8 << 20)
	screen, err := newScreen(1)
	if err != nil {
		return err
	}
	w := newWriter(at, screen, os.Getenv(contract.EnvironmentClient))
	w.readAll(from, rest, asked)
	return nil
}

// readAll reads until the sources end, or until it is asked to end.
func (w *writer) readAll(from []source, rest bool, asked <-chan os.Signal) {
	var reading sync.WaitGroup
	ended := make(chan struct{})
	for _, one := range from {
		reading.Add(1)
		go func() { defer reading.Done(); w.read(one, rest, ended) }()
	}
	over := make(chan struct{})
	go func() { reading.Wait(); close(over) }()
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			w.mutex.Lock()
			w.wake()
			w.mutex.Unlock()
			continue
		case <-asked:
			asked = nil
			close(ended)
			for _, one := range from {
				_ = one.file.SetReadDeadline(time.Now())
			}
			// A source that cannot be waited for with a deadline has no more time than this.
			select {
			case <-over:
			case <-time.After(2 * time.Second):
			}
		case <-over:
		}
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.end()
		return
	}
}

// read reads one source to its end; with rest, until it is quiet. Once it is asked to end it goes on to the end of the line that it is in, for whoever reads next would take
// the line's rest for none.
func (w *writer) read(from source, rest bool, ended <-chan struct{}) {
	text := make([]byte, piece)
	for {
		if rest {
			_ = from.file.SetReadDeadline(time.Now().Add(quiet))
		}
		length, err := from.file.Read(text)
		if length > 0 {
			w.mutex.Lock()
			now := w.now()
			w.allow.refill(now)
			w.deny.refill(now)
			from.take(w, text[:length])
			w.flush()
			w.mutex.Unlock()
		}
		asked := isClosed(ended)
		switch {
		case errors.Is(err, syscall.ENOBUFS):
			// The kernel had no room for packets, and nobody knows for how many.
			w.mutex.Lock()
			w.lost++
			w.mutex.Unlock()
		case errors.Is(err, os.ErrDeadlineExceeded) && asked && !rest && !from.between():
			rest = true
		// Its end as well.
		case err != nil:
			return
		case asked && from.between():
			return
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
