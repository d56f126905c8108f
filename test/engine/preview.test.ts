import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, ROOT, useProject } from "./harness.ts";

const project = useProject();
const docs = project.directory("docs");
const token = join(project.directory("keys"), "token");
const port = 20_000 + (randomBytes(2).readUInt16BE() % 10_000);

const BASE = {
  agents: ["shell"],
  egress: { allow: ["allowed.test", "moving.test", "docs.acme.example"] },
  mounts: [{ host: docs, at: "/docs" }],
  limits: { memory: "1GiB" },
  secrets: { TOKEN: { file: token } },
};
const acme = project.client("acme", BASE);
const egress = (more: object) => ({ egress: { ...BASE.egress, ...more } });
/** Where the agent's container is replaced. */
const ANEW = "neutral  containers    ~ agent is made anew: what runs in it ends";
const allow = (...names: string[]) => egress({ allow: [...BASE.egress.allow, ...names] });

/** Lines that Pulumi prints itself whatever changes, and how often depends on the time that it takes; and what is said of this machine, and of sandboxes of others on its engine. */
const OTHERS =
  /^@ | is on this engine, made from the checkout |other clients on this engine:$| a way out of this host takes less | listens on 5432 of this machine /;

beforeAll(async () => {
  writeFileSync(token, "before\n", { mode: 0o600 });
  chmodSync(token, 0o600);
  await acme.mustUp();
});

async function preview(edit: Config, ...args: string[]): Promise<string[]> {
  acme.write({ ...BASE, ...edit });
  const { code, stdout, stderr } = await acme.preview(...args);
  if (code !== 0) throw new Error(stdout + stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .filter((line) => !OTHERS.test(line));
}

/** What the review says, without the words that Pulumi puts before it. */
const reviewed = (lines: readonly string[]) =>
  lines
    .filter((line) => !/ running /.test(line))
    .flatMap((line) => /(?:^|warning:) *((?:WIDENS\??|narrows|neutral) .*)$/.exec(line)?.[1] ?? []);

describe("one edit of a stack file", () => {
  // Lines of a plain preview and of one with --diff. Where they are more than the 25 and 45 that a screen has, a container is replaced: three lines of Pulumi's own and its inputs.
  test.each<[what: string, edit: Config, says: string[], most?: [plain: number, diff: number]]>([
    ["a host more", allow("new.acme.example"), ["WIDENS   egress        + new.acme.example 80,443 (client)"]],
    [
      "a host less",
      egress({ allow: ["allowed.test", "moving.test"] }),
      ["narrows  egress        - docs.acme.example 80,443 (client)"],
    ],
    ["a wildcard", allow("*.acme.example"), ["WIDENS   egress        + *.acme.example 80,443 (client)"]],
    ["a service", allow("openrouter"), ["WIDENS   egress        + client: openrouter: openrouter.ai"]],
    [
      "an endpoint of the LAN",
      egress({ lan: { ollama: "192.168.77.20:11434" } }),
      [
        "WIDENS   endpoints     + ollama:11434 192.168.77.20 (client)",
        'neutral  environment   + OLLAMA_HOST "http://ollama:11434" (endpoint)',
      ],
    ],
    [
      "a port of the host",
      egress({ host: [5432] }),
      [
        "WIDENS   endpoints     + host:5432 host (client)",
        'neutral  environment   + PGHOST "host" (endpoint)',
        'neutral  environment   + PGPORT "5432" (endpoint)',
      ],
    ],
    [
      "a mount that is read-only",
      { mounts: [...BASE.mounts, { host: project.directory("more"), at: "/more" }] },
      [expect.stringMatching(/^WIDENS {3}mounts {8}\+ \/more ro \(\/.*\/more\)$/), ANEW],
    ],
    [
      "a mount that may be written",
      { mounts: [{ host: docs, at: "/docs", mode: "rw" }] },
      [expect.stringMatching(/^WIDENS {3}mounts {8}~ \/docs ro → rw \(\/.*\/docs\)$/), ANEW],
    ],
    ["a published port", { ports: [port] }, [`WIDENS   ports         + 127.0.0.1:${port} to ${port}`]],
    [
      "a hundred published ports",
      { ports: [`${port}-${port + 99}`] },
      [`WIDENS   ports         + 127.0.0.1:${port}-${port + 99} to ${port}-${port + 99}`],
    ],
    [
      "a secret",
      { secrets: { ...BASE.secrets, OTHER: { file: token } } },
      [expect.stringMatching(/^WIDENS {3}secrets {7}\+ OTHER \(file .*\/token\)$/)],
    ],
    ["limits", { limits: { memory: "2GiB" } }, ["neutral  limits        ~ memory 1024MiB → 2048MiB"]],
    [
      "an agent",
      { agents: ["codex", "shell"] },
      [
        expect.stringMatching(/^WIDENS {3}agents {8}\+ codex [\d.]+/),
        "WIDENS   egress        + agent codex: codex: api.openai.com, chatgpt.com",
        "WIDENS   egress        + agent codex: codex-login: auth.openai.com",
        expect.stringMatching(/^WIDENS {3}places {8}\+ agent: \/state\/codex rw /),
        expect.stringMatching(/^WIDENS\? {2}settings {6}\+ codex: \d+ settings$/),
        "neutral  images        ~ agent: made of changed sources",
        ANEW,
      ],
    ],
    [
      "the open web",
      { profile: "web" },
      ["WIDENS   egress        + ANY PUBLIC HOST 80,443 (profile web)", "WIDENS   profile       ~ standard → web"],
    ],
  ])("%s is told in words, on one screen", async (_what, edit, says) => {
    const [plain, diff] = [await preview(edit), await preview(edit, "--diff")];
    expect(reviewed(plain)).toEqual(says);
    expect({ plain: plain.length, diff: diff.length }).toMatchSnapshot();
    // What a person reads has no hash and no time; ids are on lines of Pulumi's own, in brackets.
    for (const line of plain) expect(line).not.toMatch(/\b[0-9a-f]{12,}\b|\d\d:\d\d:\d\d/);
  });

  test("a secret that was rotated is told by its name, and nothing else of it", async () => {
    writeFileSync(token, "after\n");
    const plain = await preview({});
    writeFileSync(token, "before\n", { mode: 0o600 });
    expect(reviewed(plain)).toEqual([
      expect.stringMatching(/^neutral {2}secrets {7}~ TOKEN \(file .*\/token\): rotated$/),
    ]);
    expect(plain.join("\n")).not.toMatch(/before|after/);
  });

  test("none says nothing", async () => {
    const lines = await preview({});
    expect(reviewed(lines)).toEqual([]);
    expect(lines.join("\n")).not.toContain("Outputs:");
  });
});

test("a preview of a client that is new leaves its file as git has it, also by its size", async () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: project.folder,
      encoding: "utf8",
    });
  copyFileSync(join(ROOT, "stacks/.gitattributes"), join(project.folder, "stacks/.gitattributes"));
  const fresh = project.client("new", { agents: ["shell"] });
  fresh.write({ agents: ["shell"], egress: { allow: ["allowed.test"] } });
  git("init", "--quiet");
  try {
    git("add", "--", "stacks");
    git("commit", "--quiet", "-m", "x");
    expect((await project.pulumi(["preview", "--stack", fresh.name, "--non-interactive"])).code).toBe(0);
    // Git takes a file of another size than it remembers for another file, before it asks any filter.
    expect(git("status", "--short", "--", "stacks")).toBe("");
  } finally {
    rmSync(join(project.folder, ".git"), { recursive: true });
  }
});
