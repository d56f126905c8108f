package canary

import (
	"bytes"
	"slices"

	"gatewayd/contract"
	"gatewayd/resolver"
)

// event is what became of a probe.
type event int

const (
	// Nothing came back: no answer in its time, or an error that is nobody's word.
	silence event = iota
	// Somebody said no: the packet got somewhere.
	refused
	// A connection stands.
	accepted
	// Somebody sent something.
	answered
	// It could not be made, so its silence would prove nothing.
	unmade
)

// outcome is an event, and what was sent back.
type outcome struct {
	event  event
	answer []byte
}

// judge says what an outcome means. The id is that of the question, of a probe that asks one.
func judge(probe Probe, id uint16, became outcome) string {
	switch {
	case became.event == unmade:
		return contract.VerdictUnseen
	case probe.open():
		return judgeOpen(probe, id, became)
	case holds(probe.Kind, id, became):
		return contract.VerdictOk
	default:
		return contract.VerdictLeak
	}
}

// holds is true when a wall is one.
func holds(kind string, id uint16, became outcome) bool {
	if kind == "shut name" {
		// The gateway asks for the name's address first: silence would be an attempt to reach it.
		return became.event == answered && refusal(became.answer, "403", "503")
	}
	switch became.event {
	case silence:
		return true
	case refused:
		return kind != "shut tcp" && kind != "shut udp"
	case answered:
		switch kind {
		case "shut dns":
			said, err := resolver.Said(became.answer, id)
			return err == nil && said == "REFUSED"
		case "shut http":
			return refusal(became.answer, "403")
		}
	}
	return false
}

func judgeOpen(probe Probe, id uint16, became outcome) string {
	if probe.Kind == "open dns" {
		if became.event == answered {
			if said, err := resolver.Said(became.answer, id); err == nil && said == "NOERROR "+probe.Address.String() {
				return contract.VerdictOk
			}
		}
		return contract.VerdictMute
	}
	// A TLS record: a handshake message, or an alert by a server that wants another hello. Both come from the server.
	if became.event == answered && len(became.answer) > 1 && (became.answer[0] == 0x15 || became.answer[0] == 0x16) && became.answer[1] == 3 {
		return contract.VerdictOk
	}
	return contract.VerdictDown
}

// refusal is true of the gateway's own page. 503: its resolver has no address for the name, so it did not connect to it either.
func refusal(answer []byte, codes ...string) bool {
	code, ok := bytes.CutPrefix(answer, []byte("HTTP/1.1 "))
	if !ok || len(code) < 4 || code[3] != ' ' || !slices.Contains(codes, string(code[:3])) {
		return false
	}
	_, page, ok := bytes.Cut(answer, []byte("\r\n\r\n"))
	return ok && bytes.HasPrefix(page, []byte(contract.Refused))
}

// Status says how a run ends whose probes had these verdicts.
func Status(verdicts []string) int {
	switch {
	case slices.Contains(verdicts, contract.VerdictLeak):
		return contract.StatusLeak
	case slices.Contains(verdicts, contract.VerdictMute), slices.Contains(verdicts, contract.VerdictUnseen):
		return contract.StatusUnproven
	default:
		return contract.StatusProven
	}
}
