package canary

import (
	"bytes"
	"encoding/binary"
	"testing"

	"gatewayd/contract"
	"gatewayd/resolver"
)

// A question's answer with a code, and the addresses of the name.
func answer(code byte, addresses ...[4]byte) []byte {
	message, err := resolver.Question(7, "a.test")
	if err != nil {
		panic(err)
	}
	message[2], message[3], message[7] = 0x81, code, byte(len(addresses))
	for _, address := range addresses {
		message = append(message, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		message = append(message, address[:]...)
	}
	return message
}

const page = " Forbidden\r\nContent-Length: 30\r\n\r\nagent-sandbox: refused (domain)\n"

func TestJudge(t *testing.T) {
	type row struct {
		became outcome
		want   string
	}
	said := func(text string) outcome { return outcome{answered, []byte(text)} }
	ok, leak, mute, down, unseen := contract.VerdictOk, contract.VerdictLeak, contract.VerdictMute, contract.VerdictDown, contract.VerdictUnseen
	nothing, no, yes := outcome{event: silence}, outcome{event: refused}, outcome{event: accepted}
	for line, rows := range map[string][]row{
		"shut tcp 1.1.1.1 443":       {{nothing, ok}, {no, leak}, {yes, leak}},
		"shut udp 1.1.1.1 53 a.test": {{nothing, ok}, {no, leak}, {said("x"), leak}, {outcome{answered, answer(5)}, leak}},
		"shut port 10.0.0.2 5353":    {{nothing, ok}, {no, ok}, {yes, leak}},
		"shut dns 10.0.0.2 a.test": {
			{nothing, ok}, {no, ok}, {outcome{answered, answer(5)}, ok}, {outcome{answered, answer(0)}, leak}, {outcome{answered, answer(3)}, leak},
			{outcome{answered, answer(5, [4]byte{1, 2, 3, 4})}, leak}, {said(""), leak}, {said("\x00\x08\x81\x05"), leak},
			// The question itself, and an answer to another one.
			{outcome{answered, answer(5)[:12]}, leak}, {outcome{answered, append([]byte{0, 8}, answer(5)[2:]...)}, leak},
		},
		"shut tls 10.0.0.129 a.test": {{nothing, ok}, {no, ok}, {said("\x15"), leak}},
		"shut http 10.0.0.129 a.test": {
			{nothing, ok}, {no, ok}, {said("HTTP/1.1 403" + page), ok}, {said("HTTP/1.1 503" + page), leak}, {said("HTTP/1.1 200" + page), leak}, {said("HTTP/1.1 4033" + page), leak},
			{said("HTTP/1.1 403 No\r\n\r\nanother's page\r\n\r\nagent-sandbox: refused"), leak}, {said("HTTP/1.1 403"), leak}, {said("agent-sandbox: refused"), leak},
		},
		"shut name 10.0.0.129 a.test": {{nothing, leak}, {no, leak}, {said("HTTP/1.1 403" + page), ok}, {said("HTTP/1.1 503" + page), ok}, {said("HTTP/1.1 502" + page), leak}},
		"open dns 10.0.0.2 a.test 10.0.0.129": {
			{nothing, mute}, {no, mute}, {outcome{answered, answer(0, [4]byte{10, 0, 0, 129})}, ok}, {outcome{answered, answer(0, [4]byte{10, 0, 0, 130})}, mute},
			{outcome{answered, answer(0)}, mute}, {outcome{answered, answer(5)}, mute}, {said("\n\x00\x00\x81"), mute},
		},
		"open tls 10.0.0.129 a.test": {{nothing, down}, {no, down}, {said("\x16\x03\x03"), ok}, {said("\x15\x03"), ok}, {said("\x16"), down}, {said("HTTP/1.1 400 "), down}, {said("\x17\x03"), down}},
	} {
		probe, err := Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range append(rows, row{outcome{event: unmade}, unseen}) {
			if verdict := judge(probe, 7, row.became); verdict != row.want {
				t.Errorf("%s: %v %q is %s, not %s", line, row.became.event, row.became.answer, verdict, row.want)
			}
		}
	}
}

func TestStatus(t *testing.T) {
	for _, row := range []struct {
		verdicts []string
		status   int
	}{
		{[]string{"ok", "down", "sent"}, 0},
		{[]string{"ok", "mute", "LEAK"}, 1},
		{[]string{"ok", "unseen"}, 3},
		{[]string{"mute"}, 3},
	} {
		if status := Status(row.verdicts); status != row.status {
			t.Errorf("%v: %d", row.verdicts, status)
		}
	}
}

func TestClientHello(t *testing.T) {
	hello := clientHello("a.test")
	if int(binary.BigEndian.Uint16(hello[3:])) != len(hello)-5 || hello[5] != 1 || hello[6] != 0 || int(binary.BigEndian.Uint16(hello[7:])) != len(hello)-9 {
		t.Errorf("% x", hello)
	}
	if !bytes.Contains(hello, []byte("\x00\x00\x00\x0b\x00\x09\x00\x00\x06a.test")) {
		t.Errorf("no name: % x", hello)
	}
}

func FuzzJudge(f *testing.F) {
	lines := []string{"shut dns 10.0.0.2 a.test", "shut http 10.0.0.129 a.test", "shut name 10.0.0.129 a.test", "open dns 10.0.0.2 a.test 10.0.0.129", "open tls 10.0.0.129 a.test", "shut tls 10.0.0.129 a.test"}
	f.Add(answer(5))
	f.Add(answer(0, [4]byte{10, 0, 0, 129}))
	f.Add([]byte("HTTP/1.1 403" + page))
	f.Add([]byte("\x16\x03\x03\x00\x02"))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		holding := 0
		for _, line := range lines {
			probe, _ := Parse(line)
			if judge(probe, 7, outcome{answered, bytes}) == contract.VerdictOk && line != "shut name 10.0.0.129 a.test" {
				holding++
			}
		}
		// What proves one thing proves no other.
		if holding > 1 {
			t.Errorf("%q proves %d things", bytes, holding)
		}
	})
}
