import { parse } from "yaml";
import { addAllowed } from "./add-allowed.ts";

const ITEMS = ["github", { host: "*.acme.example", ports: [443] }];
const added = (text: string) => addAllowed(text, ITEMS);

test.each([
  [
    "a list in a line",
    "config:\n  agent-sandbox:egress:\n    allow: [npm]     # registries\n",
    'config:\n  agent-sandbox:egress:\n    allow: [npm, github, {host: "*.acme.example", ports: [443]}]     # registries\n',
  ],
  [
    "an empty list",
    "config:\n  egress: {allow: []}\n",
    'config:\n  egress: {allow: [github, {host: "*.acme.example", ports: [443]}]}\n',
  ],
  [
    "a list of lines with comments",
    "config:\n  agent-sandbox:egress:\n    allow:\n    # first\n    - npm      # why\n    - {host: a.example,\n       ports: [22]}   # two lines\n    # last\n    lan: {}\nencryptionsalt: x\n",
    'config:\n  agent-sandbox:egress:\n    allow:\n    # first\n    - npm      # why\n    - {host: a.example,\n       ports: [22]}   # two lines\n    - github\n    - {host: "*.acme.example", ports: [443]}\n    # last\n    lan: {}\nencryptionsalt: x\n',
  ],
  [
    "a list whose last item is a block",
    "config:\n  agent-sandbox:egress:\n    allow:\n      - npm\n      - host: a.example\n        ports: [22]\n  agent-sandbox:gpu: all\n",
    'config:\n  agent-sandbox:egress:\n    allow:\n      - npm\n      - host: a.example\n        ports: [22]\n      - github\n      - {host: "*.acme.example", ports: [443]}\n  agent-sandbox:gpu: all\n',
  ],
  [
    "no list",
    "config:\n  agent-sandbox:egress:\n    host: [5432]  # db\n  agent-sandbox:gpu: all\n",
    'config:\n  agent-sandbox:egress:\n    host: [5432]  # db\n    allow: [github, {host: "*.acme.example", ports: [443]}]\n  agent-sandbox:gpu: all\n',
  ],
  [
    "no egress, and no end of the last line",
    "# Acme\nconfig:\n  agent-sandbox:workspace: /srv/acme   # theirs",
    '# Acme\nconfig:\n  agent-sandbox:workspace: /srv/acme   # theirs\n  agent-sandbox:egress: {allow: [github, {host: "*.acme.example", ports: [443]}]}',
  ],
  [
    "a mapping in a line",
    "config: {agent-sandbox:workspace: /srv/acme}\n",
    'config: {agent-sandbox:egress: {allow: [github, {host: "*.acme.example", ports: [443]}]}, agent-sandbox:workspace: /srv/acme}\n',
  ],
])("items are added to %s, and nothing else changes", (_what, before, after) => {
  expect(added(before)).toBe(after);
  const { config } = parse(after);
  const { allow } = config["agent-sandbox:egress"] ?? config.egress;
  expect(allow.slice(-2)).toEqual(ITEMS);
});

test.each([
  ["an alias", "config:\n  x: &a {allow: [npm]}\n  agent-sandbox:egress: *a\n"],
  ["no mapping", "config:\n  agent-sandbox:egress: none\n"],
  ["no config", "workspace: /srv/acme\n"],
  ["nothing", ""],
])("a file with %s has no place for them", (_what, text) => {
  expect(added(text)).toBeUndefined();
});
