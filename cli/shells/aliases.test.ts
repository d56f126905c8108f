import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Form, planAliases, renderAliases, SHELLS, type Shell } from "./aliases.ts";

const none = () => undefined;

test("each agent of a client has a word, sorted", () => {
  const entries = [
    { client: "globex", agents: ["claude"] },
    { client: "acme", agents: ["codex", "claude"] },
  ];
  const { aliases, refused } = planAliases(entries, none);
  expect(aliases.map(({ name }) => name)).toEqual(["acme-claude", "acme-codex", "globex-claude"]);
  expect(refused).toEqual([]);
});

test.each([
  [
    "a client that no shell takes for a word",
    [{ client: "$(touch ran)", agents: ["claude"] }],
    /is no word of a shell/,
  ],
  ["a program that is there", [{ client: "git", agents: ["shell"] }], /^git-shell would cover \/usr\/bin\/git-shell$/],
  [
    "two agents of one word",
    [
      { client: "a", agents: ["b-c"] },
      { client: "a-b", agents: ["c"] },
    ],
    /^a-b-c would be/,
  ],
])("%s is refused, and others are not", (_what, entries, says) => {
  const { aliases, refused } = planAliases([...entries, { client: "acme", agents: ["claude"] }], (name) =>
    name === "git-shell" ? "/usr/bin/git-shell" : undefined,
  );
  expect(aliases.map(({ name }) => name)).toEqual(["acme-claude"]);
  expect(refused[0]).toMatch(says);
});

describe.each(SHELLS)("in %s", (shell) => {
  let folder: string;
  let program: string;
  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), "agent-sandbox-aliases-")), "it's \\ $(exit 3) here");
    mkdirSync(folder);
    program = join(folder, "agentbox");
    writeFileSync(program, '#!/bin/sh\nprintf "[%s]" "$@"\n');
    chmodSync(program, 0o755);
  });
  afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  /** What the shell runs, with the lines read twice, as where a file is read again. */
  function ran(form: Form, line: string): string {
    const { aliases } = planAliases([{ client: "acme", agents: ["claude"] }], none);
    const lines = renderAliases(aliases, shell, form, program).join("\n");
    const script = join(folder, "lines");
    writeFileSync(script, lines);
    const options = { bash: ["--norc", "-O", "expand_aliases"], zsh: ["-f"], fish: ["--no-config"] }[shell];
    return execFileSync(shell, [...options, "-c", `source ./lines\nsource ./lines\n${line}`], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: folder },
    });
  }

  test("what is behind a wrapper is the agent's", () => {
    expect(ran("wrappers", "acme-claude --resume 'a b'")).toBe("[enter][acme][claude][--][--resume][a b]");
    expect(ran("wrappers", "acme-claude")).toBe("[enter][acme][claude][--]");
  });

  test("what is behind an alias is agentbox's", () => {
    expect(ran("aliases", typed(shell, "acme-claude", "--start"))).toBe("[enter][acme][claude][--start]");
  });

  test("both are read, and again", () => {
    expect(ran("both", typed(shell, "acme-claude", "--start"))).toBe("[enter][acme][claude][--start]");
  });
});

/** fish puts an abbreviation's text in its place where a person types it: a script has to ask for it. */
function typed(shell: Shell, name: string, rest: string): string {
  return shell === "fish"
    ? `eval (abbr --show | string match -r ' ${name} (.*)' | tail -1 | string unescape) ${rest}`
    : `eval '${name} ${rest}'`;
}
