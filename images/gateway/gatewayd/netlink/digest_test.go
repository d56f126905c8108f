package netlink

import "testing"

func TestDigest(t *testing.T) {
	digest := func(messages ...message) Digest {
		p := newPrinter()
		for _, message := range messages {
			table, body, err := readTable(message)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.add(message.kind, []byte{table.Family}, body, ruleForm); err != nil {
				t.Fatal(err)
			}
		}
		return p.digest()
	}
	rule := func(generation byte, bytes ...byte) message {
		return message{kind: newRule, data: append([]byte{Inet, 0, 0, generation}, list(inTable, []byte("acme\x00"), 7, bytes)...)}
	}
	if digest() != (Digest{}) {
		t.Error("of nothing there is one")
	}
	one := digest(rule(7, 5))
	if one == (Digest{}) || one != digest(rule(9, 5)) {
		t.Error("it is another in another generation")
	}
	ofAnotherFamily := rule(7, 5)
	ofAnotherFamily.data[0] = Netdev
	for name, other := range map[string]Digest{
		"another rule":   digest(rule(7, 6)),
		"one more":       digest(rule(7, 5), rule(7, 5)),
		"another kind":   digest(message{kind: newChain, data: rule(7, 5).data}),
		"another family": digest(ofAnotherFamily),
	} {
		if other == one {
			t.Error(name)
		}
	}
	if digest(rule(7, 5), rule(7, 6)) == digest(rule(7, 6), rule(7, 5)) {
		t.Error("another order is the same")
	}
}
