import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintSecrets } from "../../host/secrets.ts";
import type { Agent } from "../../model/image/agent.ts";
import { planSecrets } from "../../model/secrets.ts";
import { parseSpec } from "../../model/spec/spec.ts";

const folder = mkdtempSync(join(tmpdir(), "secrets-"));
process.env.XDG_CONFIG_HOME = folder;
afterAll(() => rmSync(folder, { recursive: true }));

const agents = [
  { name: "claude", keys: ["ANTHROPIC_API_KEY"], login: { host: "~/.claude/.credentials.json" } },
  { name: "pi", keys: ["ANTHROPIC_API_KEY"] },
  { name: "shell", keys: [] },
] as unknown as Agent[];
const plan = (raw: Record<string, unknown>) => planSecrets(parseSpec({ workspace: "/w", ...raw }).spec!, agents);

test("every secret is a file with a place of its own, sorted", () => {
  expect(
    plan({
      secrets: { NPM_TOKEN: { env: "NPM" }, DB: { file: "~/db" } },
      git: { token: { env: "PAT" } },
      ca: ["~/root.pem"],
      credentials: { claude: { apiKey: { env: "KEY" } } },
    }).files.map(({ path, key }) => `${path} <- ${key}`),
  ).toEqual([
    "DB <- secrets.DB",
    "NPM_TOKEN <- secrets.NPM_TOKEN",
    "ca/0.pem <- ca[0]",
    "env/claude/ANTHROPIC_API_KEY <- credentials.claude.apiKey",
    "git-token <- git.token",
  ]);
});

test("two agents that take their keys from one variable each get their own", () => {
  const { files } = plan({ credentials: { claude: { apiKey: { env: "ONE" } }, pi: { apiKey: { env: "OTHER" } } } });
  expect(files.map(({ path, source }) => [path, source])).toEqual([
    ["env/claude/ANTHROPIC_API_KEY", { env: "ONE" }],
    ["env/pi/ANTHROPIC_API_KEY", { env: "OTHER" }],
  ]);
});

test("a credential for an agent that is not there, or takes none, is told", () => {
  const { problems } = plan({ credentials: { claud: { login: "host" }, shell: { login: "host" } } });
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'credentials.claud: "claud" is not an agent of this sandbox. Did you mean "claude"? Its agents: claude, pi, shell',
    "credentials.shell.login: shell has no login file to copy; give it {apiKey: {env: NAME}}",
  ]);
});

test("a rotated value has another fingerprint, the same value the same, and no fingerprint holds a value", () => {
  const file = join(folder, "token");
  const print = (value: string) => {
    writeFileSync(file, value);
    const { fingerprints, problems } = fingerprintSecrets(
      [{ path: "TOKEN", source: { file }, key: "secrets.TOKEN" }],
      folder,
    );
    expect(problems).toEqual([]);
    return fingerprints.TOKEN!;
  };
  const first = print("hunter2");
  expect(print("hunter2")).toBe(first);
  expect(print("hunter3")).not.toBe(first);
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(statSync(join(folder, "agent-sandbox/fingerprint.key")).mode & 0o777).toBe(0o600);
});

test("a source that is not there is a problem at its key, with the fix", () => {
  writeFileSync(join(folder, "empty"), "");
  const { problems } = fingerprintSecrets(
    [
      { path: "A", source: { env: "NOT_SET_ANYWHERE" }, key: "secrets.A" },
      { path: "B", source: { file: "missing" }, key: "secrets.B" },
      { path: "C", source: { file: "empty" }, key: "secrets.C" },
      { path: "D", source: { file: "." }, key: "secrets.D" },
    ],
    folder,
  );
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "secrets.A: the variable NOT_SET_ANYWHERE is not set (or empty) where pulumi runs; export it, or use {file: path}",
    "secrets.B: missing does not exist; create it, or name another source",
    "secrets.C: empty is empty",
    "secrets.D: . is not a file",
  ]);
});
