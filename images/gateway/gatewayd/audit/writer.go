package audit

import (
	"slices"
	"sync"
	"time"

	"gatewayd/contract"
	"gatewayd/netlink"
)

// writer is the one that writes the audit: to the container's output and to the client's volume, and what was refused last for the agent. All sources share it.
//
// Whoever sends lines never waits for the volume: lines that cannot be written are counted, and the count is written when there is room. (s6-log would not do: it never
// loses a line, so on a full disk it stops reading, and dnsmasq stops with it.)
type writer struct {
	mutex            sync.Mutex
	client           string
	now              func() time.Time
	screen           *screen
	traffic, gateway *series
	refused          *refused
	announced        *announced
	// Which connections get a line of their own: `most` at once, then `rate` a second. A day's work fits, a flood does not. Refused connections cost the agent nothing, so they
	// are measured by themselves, and so are questions and packets.
	allow, deny *measure
	dns, kernel sparing
	questions   questions
	lost        int
}

// places are where the writer writes and reads.
type places struct {
	folder, refusals, run string
	// How large a file grows, where it is not what it is for everybody.
	size int64
}

func newWriter(at places, screen *screen, client string) *writer {
	size := func(usual int64) int64 {
		if at.size > 0 {
			return at.size
		}
		return usual
	}
	w := &writer{
		client: client,
		now:    time.Now,
		screen: screen,
		// 64 MiB of connections, 4 MiB of what the gateway says of itself. With files of their own the gateway's lines cannot be pushed out by connections.
		traffic:   &series{folder: at.folder, name: "traffic", files: 16, size: size(4 << 20)},
		gateway:   &series{folder: at.folder, name: "gateway", files: 4, size: size(1 << 20)},
		refused:   remembered(at.refusals),
		announced: inRun(at.run),
		allow:     &measure{bucket: full(2000, 50), verdict: "allow", left: map[string]sum{}},
		deny:      &measure{bucket: full(1000, 20), verdict: "deny", left: map[string]sum{}},
		dns:       sparing{bucket: full(200, 20)},
		kernel:    sparing{bucket: full(200, 20)},
	}
	w.traffic.resume()
	w.gateway.resume()
	return w
}

// take takes a line that a program of ours sent.
func (w *writer) take(line []byte) { w.entry(line, false) }

// proxied takes a line of the proxy's log, which tells of connections and of nothing else: who has taken the proxy over says nothing in the gateway's name, and pushes nothing out of its files.
func (w *writer) proxied(line []byte) { w.entry(line, true) }

// entry takes a line. What is none is left out: daemons say other things on the same pipe.
func (w *writer) entry(line []byte, connections bool) {
	of, state := readEntry(line)
	switch state {
	case noEntry:
		return
	case cutEntry:
		// The count says more than a part of a line would.
		w.lost++
		return
	}
	isConnection := slices.Contains(contract.KindsConnections, of.kind)
	if connections && !isConnection {
		w.lost++
		return
	}
	if isConnection {
		measure := w.deny
		if of.verdict == "allow" {
			measure = w.allow
		}
		if !measure.lets(of) {
			return
		}
	}
	if w.announced.causes(of) {
		line = mark(line)
	} else {
		w.refused.note(of)
	}
	w.put(of.kind, append(line[:len(line):len(line)], '\n'))
}

// logged takes a line of the log of the agent's resolver.
func (w *writer) logged(line []byte) {
	if found, ok := w.questions.read(string(line)); ok {
		w.own(w.dns.told(found, w.now()))
	}
}

// dropped takes a packet that the rules refused. The reason is the rule's prefix.
func (w *writer) dropped(packet netlink.Packet) {
	line := contract.Line{Kind: "kernel", Verdict: "deny", Reason: packet.Prefix, Port: packet.Port, Up: packet.Length}
	if packet.To.IsValid() {
		line.Address = packet.To.String()
	}
	w.own(w.kernel.told(line, w.now()))
}

func (w *writer) own(lines []contract.Line) {
	for _, line := range lines {
		line.Client = w.client
		text := Write(line, w.now())
		w.take(text[:len(text)-1])
	}
}

// flush tells what came together, after each piece that was read.
func (w *writer) flush() {
	for _, measure := range []*measure{w.allow, w.deny} {
		measure.refill(w.now())
		for _, line := range measure.told() {
			line.Client = w.client
			w.put(line.Kind, Write(line, w.now()))
		}
	}
	w.refused.tell()
}

// wake tells what waited for room, every two seconds.
func (w *writer) wake() {
	w.flush()
	w.tellLost()
}

// end tells all that is left to tell.
func (w *writer) end() {
	for _, measure := range []*measure{w.allow, w.deny} {
		measure.tokens = measure.most
	}
	w.wake()
}

func (w *writer) put(kind string, line []byte) {
	w.screen.show(line)
	series := w.traffic
	if slices.Contains(contract.KindsOwn, kind) {
		series = w.gateway
	}
	w.tellLost()
	if series.append(line) != nil {
		w.lost++
	}
}

func (w *writer) tellLost() {
	if w.lost == 0 {
		return
	}
	note := Write(contract.Line{Client: w.client, Kind: "gateway", Verdict: "deny", Reason: "audit-lost", Count: w.lost}, w.now())
	if w.gateway.append(note) == nil {
		w.lost = 0
		w.screen.show(note)
	}
}
