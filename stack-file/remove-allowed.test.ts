import { parse } from "yaml";
import { removeAllowed } from "./remove-allowed.ts";

const before = "# the client\nconfig:\n  agent-sandbox:workspace: ~/w # here\n";

test.each([
  [
    "the first of a list in one line",
    "  agent-sandbox:egress: {allow: [a.example, b.example]} # why\n",
    0,
    "  agent-sandbox:egress: {allow: [b.example]} # why\n",
  ],
  [
    "the last of one",
    "  agent-sandbox:egress: {allow: [a.example, {host: b.example, ports: [22]}]}\n",
    1,
    "  agent-sandbox:egress: {allow: [a.example]}\n",
  ],
  ["the only one", "  agent-sandbox:egress: {allow: [a.example]}\n", 0, "  agent-sandbox:egress: {allow: []}\n"],
  [
    "a line",
    "  agent-sandbox:egress:\n    allow:\n      # git\n      - a.example # old\n      - b.example # new\n    host: [5432]\n",
    0,
    "  agent-sandbox:egress:\n    allow:\n      # git\n      - b.example # new\n    host: [5432]\n",
  ],
  [
    "the last line of a file",
    "  agent-sandbox:egress:\n    allow:\n      - a.example\n      - '*.b.example'",
    1,
    "  agent-sandbox:egress:\n    allow:\n      - a.example\n",
  ],
  [
    "an item of several lines",
    "  agent-sandbox:egress:\n    allow:\n      - host: a.example\n        ports: [22]\n      - b-c.example\n",
    0,
    "  agent-sandbox:egress:\n    allow:\n      - b-c.example\n",
  ],
  [
    "the only line",
    "  agent-sandbox:egress:\n    allow:\n      - a-b.example\n    host: [5432]\n",
    0,
    "  agent-sandbox:egress:\n    allow:\n      []\n    host: [5432]\n",
  ],
])("%s goes, and everything else stays as it is", (_what, written, at, left) => {
  expect(removeAllowed(before + written, at)).toBe(before + left);
  expect(parse(before + left).config["agent-sandbox:egress"].allow).toHaveLength(
    parse(before + written).config["agent-sandbox:egress"].allow.length - 1,
  );
});

test.each(["", "config: {}\n", "config:\n  agent-sandbox:egress: {allow: [a.example]}\n"])(
  "where there is no such item, nothing is written: %j",
  (text) => {
    expect(removeAllowed(text, 3)).toBeUndefined();
  },
);
