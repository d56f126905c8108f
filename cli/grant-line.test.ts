import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type GrantLine, withGrant } from "./grant-line.ts";

const ROOT = join(__dirname, "..");
const LINE: GrantLine = { allow: "docs.acme.example", until: "2026-12-01T18:00Z", why: "reads: the API" };

const added = (text: string, line = LINE) => {
  const edited = withGrant(text, line);
  if ("unfit" in edited) throw new Error(edited.unfit);
  return edited;
};
/** Lines that came, and lines that went. */
const difference = (before: string, after: string) => {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...now.filter((line) => !old.includes(line)),
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
  ];
};

const FILE = `# A client.
config:
  agent-sandbox:workspace: ~/acme # where it works
  agent-sandbox:egress: {allow: [github, "*.acme.example"]}

  # For the release.
  agent-sandbox:grants:
    # Of Ann's.
    - {allow: forge.example, until: 2026-11-01T18:00Z, why: old} # soon over
    - allow: {host: git.acme.example, ports: [22]}
      until: 2026-11-01T18:00Z
      why: older
encryptionsalt: v1:abc
`;

test("a grant is one line more, and nothing else is touched", () => {
  const { text, index } = added(FILE);
  expect(index).toBe(2);
  expect(difference(FILE, text)).toEqual([
    '    - {allow: docs.acme.example, until: 2026-12-01T18:00Z, why: "reads: the API"}',
  ]);
});

test("of a destination that has a grant the end and the reason are other ones, in the same place", () => {
  const { text, index } = added(FILE, { ...LINE, allow: "forge.example" });
  expect(index).toBe(0);
  expect(difference(FILE, text)).toEqual([
    '    - {allow: forge.example, until: 2026-12-01T18:00Z, why: "reads: the API"} # soon over',
    "-    - {allow: forge.example, until: 2026-11-01T18:00Z, why: old} # soon over",
  ]);
  const other = added(FILE, { ...LINE, allow: { host: "git.acme.example", ports: [22, 8443] } });
  expect([other.index, difference(FILE, other.text).filter((line) => !line.startsWith("-"))]).toEqual([
    1,
    [
      "    - allow: {host: git.acme.example, ports: [22, 8443]}",
      "      until: 2026-12-01T18:00Z",
      '      why: "reads: the API"',
    ],
  ]);
});

const GOLDEN = "test/golden/cases";
const files = [
  ...readdirSync(join(ROOT, "stacks"))
    .filter((name) => /^Pulumi\.(acme|globex)\.yaml$/.test(name))
    .map((name) => `stacks/${name}`),
  ...readdirSync(join(ROOT, GOLDEN)).map((name) => `${GOLDEN}/${name}`),
]
  .map((name) => [name, readFileSync(join(ROOT, name), "utf8").split("\n---\n")[0]!] as const)
  .filter(
    ([name, text]) =>
      !/wrong/.test(name) && !text.includes("agent-sandbox:grants") && /^ {2}agent-sandbox:workspace:/m.test(text),
  );

test.each(files)("%s gets its first grant without another change", (_name, text) => {
  const file = `${text.trimEnd()}\n`;
  const { text: after } = added(file);
  expect(
    difference(file, after).filter((line) => !/agent-sandbox:grants|docs\.acme\.example, until/.test(line)),
  ).toEqual([]);
  expect(parse(after).config["agent-sandbox:grants"]).toEqual([LINE]);
});

test.each([
  ["config: [a\n", /is not YAML: /],
  ["", /has no mapping `config:`/],
  ["config: {agent-sandbox:grants: {a: b}}\n", /has no list at agent-sandbox:grants/],
])("a file that is none is left alone: %j", (text, message) => {
  expect(withGrant(text, LINE)).toEqual({ unfit: expect.stringMatching(message) });
});
