import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintSecrets } from "../../host/secrets.ts";
import type { Agent } from "../../model/image/agent.ts";
import { describeSource, planSecrets } from "../../model/secrets.ts";
import { parseSpec } from "../../model/spec/spec.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "secrets-")));
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
      [],
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
    [],
  );
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "secrets.A: the variable NOT_SET_ANYWHERE is not set (or empty) where pulumi runs; export it, or use {file: path}",
    "secrets.B: missing does not exist; create it, or name another source",
    "secrets.C: empty is empty",
    "secrets.D: . is not a file",
  ]);
});

test("a file that an agent can change is no source: not of a secret, a token, a key, a login, a CA or a dotfile", () => {
  mkdirSync(join(folder, "workspace"));
  writeFileSync(join(folder, "own"), "of the person");
  // What the agent makes of a file that was there: the next up would deliver what it leads to.
  symlinkSync(join(folder, "own"), join(folder, "workspace/file"));
  symlinkSync("workspace/file", join(folder, "link"));
  const file = join(folder, "workspace/file");
  const login = { ...agents[0]!, login: { host: file } } as Agent;
  const { files } = planSecrets(
    parseSpec({
      workspace: "/w",
      secrets: { A: { file }, B: { file: "link" }, C: { file: "own" } },
      git: { token: { file } },
      ca: [file],
      dotfiles: { ".vimrc": file },
      credentials: { claude: { login: "host" }, pi: { apiKey: { file } } },
    }).spec!,
    [login, ...agents.slice(1)],
  );
  const { problems, fingerprints } = fingerprintSecrets(files, folder, [
    { path: join(folder, "workspace"), what: "the workspace" },
  ]);
  const untrusted = "is inside the workspace, where an agent can change it";
  expect(problems.map(({ path, message }) => `${path}: ${message}`).sort()).toEqual([
    `ca[0]: ${file} ${untrusted} (a link leads there); keep it outside`,
    `credentials.claude.login: ${file} ${untrusted} (a link leads there); keep it outside`,
    `credentials.pi.apiKey: ${file} ${untrusted} (a link leads there); keep it outside`,
    `dotfiles..vimrc: ${file} ${untrusted} (a link leads there); keep it outside`,
    `git.token: ${file} ${untrusted} (a link leads there); keep it outside`,
    `secrets.A: ${file} ${untrusted} (a link leads there); keep it outside`,
    `secrets.B: link ${untrusted} (a link leads there); keep it outside`,
  ]);
  expect(Object.keys(fingerprints)).toEqual(["C"]);
});

test("what is delivered is the file that was judged: no link is gone up from", () => {
  expect(describeSource({ file: "workspace/link/../../own" })).toBe("file own");
  expect(describeSource({ file: "~/notes/link/../own" })).toBe("file ~/notes/own");
  expect(describeSource({ file: "../own" })).toBe("file ../own");
});

test("a variable is delivered with the person's value, or its name is refused: the step's own is never delivered", () => {
  const script = "components/steps/deliver-secrets.sh";
  const shells = spawnSync("bash", ["-c", "compgen -v"], { encoding: "utf8", env: { PATH: process.env.PATH } }).stdout;
  const words = `${readFileSync(script, "utf8")} ${shells} BASH_ENV FUNCNAME MAPFILE OLDPWD REPLY`;
  const names = [...new Set(words.match(/[A-Za-z_]\w*/g))].filter((name) => name !== "PATH");
  const problem = (name: string) =>
    parseSpec({ workspace: "/w", secrets: { A: { env: name } } }).problems.map(({ message }) => message)[0];
  const good = names.filter((name) => !problem(name));
  for (const name of [
    "IMAGE",
    "CLIENT",
    "VOLUME",
    "OWNER",
    "ENGINE",
    "DOCKER_HOST",
    "path",
    "kind",
    "source",
    "engine",
  ])
    expect(problem(name)).toMatch(
      /^\w+ is a variable that the delivery of secrets has itself, .* export it under another/,
    );

  const engine = join(folder, "engine");
  writeFileSync(engine, `#!/bin/sh\ncat >${folder}/sent\n`);
  chmodSync(engine, 0o755);
  const { status, stderr } = spawnSync(script, {
    input: good.map((name) => `${name} - env ${name}\n`).join(""),
    encoding: "utf8",
    env: {
      ...Object.fromEntries(good.map((name) => [name, `the person's ${name}`])),
      ...{ PATH: process.env.PATH, ENGINE: engine, CLIENT: "acme", VOLUME: "v", OWNER: "1000:1000", IMAGE: "i" },
    },
  });
  expect([status, stderr]).toEqual([0, ""]);
  const sent = readFileSync(join(folder, "sent"), "utf8").trim().split("\n");
  expect(sent.pop()).toBe("/end");
  expect(
    sent.map((line) => line.split(" ")).map(([name, value]) => [name, Buffer.from(value!, "base64").toString()]),
  ).toEqual(good.map((name) => [name, `the person's ${name}`]));
});
