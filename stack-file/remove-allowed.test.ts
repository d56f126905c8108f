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
  [
    "an item in a line of its own",
    "  agent-sandbox:egress:\n    allow: [\n      npm, # registries\n      github, # the forge\n      pypi # python\n    ]\n",
    1,
    "  agent-sandbox:egress:\n    allow: [\n      npm, # registries\n      pypi # python\n    ]\n",
  ],
  [
    "the last of such lines",
    "  agent-sandbox:egress:\n    allow: [\n      npm, # registries\n      # python\n      pypi # and its files\n    ]\n",
    1,
    "  agent-sandbox:egress:\n    allow: [\n      npm, # registries\n    ]\n",
  ],
  [
    "the first behind the bracket",
    "  agent-sandbox:egress:\n    allow: [npm, # registries\n      github] # the forge\n",
    0,
    "  agent-sandbox:egress:\n    allow: [\n      github] # the forge\n",
  ],
  [
    "the last before the bracket",
    "  agent-sandbox:egress:\n    allow: [npm, # registries\n      github] # the forge\n",
    1,
    "  agent-sandbox:egress:\n    allow: [npm, # registries\n      ] # the forge\n",
  ],
  [
    "one of several in a line of several",
    "  agent-sandbox:egress:\n    allow: [npm, pypi,\n      # forges\n      github, gitlab]\n",
    1,
    "  agent-sandbox:egress:\n    allow: [npm,\n      # forges\n      github, gitlab]\n",
  ],
  [
    "an item whose comment is above it",
    "  agent-sandbox:egress:\n    allow:\n      - npm\n      # the forge\n      - github\n      # python\n      - pypi\n",
    1,
    "  agent-sandbox:egress:\n    allow:\n      - npm\n      # python\n      - pypi\n",
  ],
  [
    "the last item whose comment is above it",
    "  agent-sandbox:egress:\n    allow:\n      - npm\n\n      # the forge\n      - host: a.example\n        ports: [22]\n  agent-sandbox:gpu: all\n",
    1,
    "  agent-sandbox:egress:\n    allow:\n      - npm\n\n  agent-sandbox:gpu: all\n",
  ],
  [
    "the first item, whose comments may be about the list,",
    "  agent-sandbox:egress:\n    allow:\n      # No forge without a word of security.\n      - npm\n      # forges\n      - github\n",
    0,
    "  agent-sandbox:egress:\n    allow:\n      # No forge without a word of security.\n      # forges\n      - github\n",
  ],
  [
    "the first of such lines between brackets",
    "  agent-sandbox:egress:\n    allow: [\n      # registries\n      npm,\n      # forges\n      github\n    ]\n",
    0,
    "  agent-sandbox:egress:\n    allow: [\n      # registries\n      # forges\n      github\n    ]\n",
  ],
  [
    "an item below several lines of comments, of which one may be about more,",
    "  agent-sandbox:egress:\n    allow:\n      - npm\n      # Nothing below without a ticket.\n      # forges\n      - github\n      # python\n      - pypi\n",
    1,
    "  agent-sandbox:egress:\n    allow:\n      - npm\n      # Nothing below without a ticket.\n      # forges\n      # python\n      - pypi\n",
  ],
  [
    "an item that another is behind, with a blank between,",
    "  agent-sandbox:egress:\n    allow:\n      - npm\n      # forges: reviewed\n      - github\n\n      - gitlab\n",
    1,
    "  agent-sandbox:egress:\n    allow:\n      - npm\n      # forges: reviewed\n\n      - gitlab\n",
  ],
])("%s goes, and everything else stays as it is", (_what, written, at, left) => {
  expect(removeAllowed(before + written, at)?.text).toBe(before + left);
  expect(parse(before + left).config["agent-sandbox:egress"].allow).toHaveLength(
    parse(before + written).config["agent-sandbox:egress"].allow.length - 1,
  );
  // As an editor of Windows writes it.
  const crlf = (text: string) => text.replaceAll("\n", "\r\n");
  expect(removeAllowed(crlf(before + written), at)?.text).toBe(crlf(before + left));
});

test("a comment that goes along is told", () => {
  const list = "config:\n  egress:\n    allow:\n      - npm\n      # Reviewed quarterly.\n      - github # the forge\n";
  expect(removeAllowed(list, 1)?.comments).toEqual(["# Reviewed quarterly."]);
  expect(removeAllowed(list, 0)?.comments).toEqual([]);
});

test.each(["", "config: {}\n", "config:\n  agent-sandbox:egress: {allow: [a.example]}\n"])(
  "where there is no such item, nothing is written: %j",
  (text) => {
    expect(removeAllowed(text, 3)).toBeUndefined();
  },
);
