import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CatalogueError } from "../../host/catalogue-file.ts";
import { built } from "../../test/built.ts";
import { serviceNames } from "../egress/look/catalogue.ts";
import { statePlaces } from "../state-places.ts";
import { AgentSchema } from "./agent.ts";
import { bake } from "./dockerfile.ts";
import { planImages } from "./image.ts";
import { dataNames, readImageSources } from "./look/sources.ts";

const root = process.cwd();
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "agent-sandbox-images-"));
  cpSync(join(root, "images"), join(project, "images"), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(project, file), text);
const read = (file: string) => readFileSync(join(project, file), "utf8");
/** All agents and tool sets of a project. */
const readAll = (root: string) =>
  readImageSources(root, { agents: dataNames(root, "agents"), tools: dataNames(root, "tools") });
const planned = (...names: string[]) => {
  const sources = readImageSources(project, { agents: names, tools: [] });
  return planImages({
    agents: sources.agents,
    tools: [],
    platform: "linux-x64",
    uid: 1000,
    gid: 1000,
    sources,
  });
};

const fixture = `
name: bot
description: An agent nobody has written code for.
package:
  lock: bot
  files: {dist: lib/bot}
  links: {bin/bot: ../lib/bot/bot.js}
run: [bot]
flags: {unattended: [--yes], resume: [--last], print: [--once]}
state: [{dir: /home/dev/.local/share/bot, purpose: bot}]
environment: {BOT_PRICE: "5$HOME"}
settings: {/etc/bot.json: "{}"}
seeds: {/home/dev/.local/share/bot/first.json: "{}"}
keys: [BOT_KEY]
login:
  ways: [{host: ~/.bot/auth, how: a copy}]
  file: {at: /home/dev/.local/share/bot/auth, refresh: {use: unknown, seen: 2026-11-29}}
`;
const locked = `
  bot:
    any: {package: "@acme/bot", version: 1.2.3, integrity: "sha512-${"B".repeat(86)}==", released: 2026-11-01}
`;

test("an agent is added by one YAML file and its entry in the lock, without code", () => {
  write("images/agents/bot.yaml", fixture);
  write("images/lock.yaml", read("images/lock.yaml") + locked);
  const agent = built(planned("bot").agent!);
  expect(agent.dockerfile).toContain(`fetch-tarball @acme/bot 1.2.3 sha512-${"B".repeat(86)}==`);
  expect(agent.dockerfile).toContain("mv /tmp/package/dist /out/lib/bot");
  expect(agent.dockerfile).toContain("ln -s ../lib/bot/bot.js /out/bin/bot");
  expect(agent.dockerfile).toContain("COPY --from=fetch-bot /out/ /usr/local/");
  // The builder would put a variable's value in its place.
  expect(agent.dockerfile).toContain('ENV BOT_PRICE="5\\$HOME"');
  // What leads to them is root's: no agent can move it.
  expect(agent.dockerfile).toContain(
    "install -d -o 1000 -g 1000 /home/dev /state/cache /state/bot /state/history /workspace;",
  );
  expect(baked(agent.dockerfile)).toMatchObject({
    "/etc/bot.json": "{}\n",
    "/etc/agent-sandbox/agents/bot/enter": `exec 'bot' '--yes' "$@"\n`,
    "/etc/agent-sandbox/agents/bot/resume": `exec 'bot' '--yes' '--last' "$@"\n`,
    "/etc/agent-sandbox/agents/bot/ask": `exec 'bot' '--yes' '--once' "$@"\n`,
    "/etc/agent-sandbox/agents/bot/login": "/home/dev/.local/share/bot/auth\n",
    "/etc/agent-sandbox/state": [
      "/home/dev/.cache /state/cache",
      "/home/dev/.local/share/bot /state/bot",
      "/home/dev/.local/state/history /state/history\n",
    ].join("\n"),
    "/etc/agent-sandbox/seeds/home/dev/.local/share/bot/first.json": "{}\n",
  });
});

test("all that is wrong is told at once: file, key path, what was given", () => {
  write(
    "images/agents/bot.yaml",
    fixture.replace("[BOT_KEY]", "[bot-key]").replace("run: [bot]", "run: []\nrunn: [bot]"),
  );
  write("images/agents/claude.yaml", read("images/agents/claude.yaml").replace("lock: claude", "lock: cluade"));
  write("images/lock.yaml", read("images/lock.yaml").replace(/registry: .*/, "registry: debian:latest"));
  const wrong = () => readAll(project);
  expect(wrong).toThrow(CatalogueError);
  expect(wrong).toThrow(
    /images\/agents\/bot.yaml\n {2}keys\[0\] +"bot-key" is not a variable's name, like API_KEY\n {2}run +\S.*\n {2}runn +is not a key here/,
  );
  expect(wrong).toThrow(/base.registry +"debian:latest" is not an image pinned by digest/);
  expect(wrong).toThrow(/4 problems; nothing was changed\.$/);
});

test("a package that the lock has not, and two agents in one volume, are refused with the fix", () => {
  write("images/agents/claude.yaml", read("images/agents/claude.yaml").replace("lock: claude", "lock: cluade"));
  write(
    "images/agents/codex.yaml",
    read("images/agents/codex.yaml").replace(/(state:\n).*/, "$1  - {dir: /home/dev/.claude, purpose: cache}"),
  );
  expect(() => readAll(project)).toThrow(
    /claude.yaml\n {2}package.lock +"cluade" is not in images\/lock.yaml. Did you mean "claude"\?/,
  );
  expect(() => readAll(project)).toThrow(/state\[0\].purpose +"cache" is another volume's/);
  expect(() => readAll(project)).toThrow(/state\[0\].dir +\/home\/dev\/.claude is another volume's place/);
});

test("no agent's state is in a volume that the sandbox keeps its own in", () => {
  for (const purpose of ["secrets", "policy", "audit", "refusals", "empty", "home"]) {
    write(
      "images/agents/codex.yaml",
      readFileSync(join(root, "images/agents/codex.yaml"), "utf8").replace("purpose: codex", `purpose: ${purpose}`),
    );
    expect(() => readAll(project)).toThrow(
      new RegExp(`state\\[0\\].purpose +"${purpose}" is another volume's; name it after the agent`),
    );
  }
});

test("an npm folder whose lock is not images/lock.yaml's version is refused", () => {
  write("images/lock.yaml", read("images/lock.yaml").replace("version: 0.87.1", "version: 0.88.0"));
  expect(() => readAll(project)).toThrow(
    /npm.folder +.*0\.87\.1, images\/lock\.yaml 0\.88\.0; `agentbox bump pi` raises both/,
  );
});

test.each([
  ["{", /npm\.folder +images\/agents\/pi\/package-lock\.json: the file is not JSON: .*\. Mend it$/m],
  [
    "null",
    /npm\.folder +images\/agents\/pi\/package-lock\.json: the file is not what npm writes there; put the file back/,
  ],
  [
    '{"packages": {"node_modules/x": {"version": 3}}}',
    /package-lock\.json packages\.node_modules\/x\.version: is not what npm/,
  ],
])("an npm folder whose lock says %s is told with the place and the fix", (text, message) => {
  write("images/agents/pi/package-lock.json", text);
  expect(() => readAll(project)).toThrow(message);
});

test("a file that is not YAML is told by name, without a stack trace", () => {
  write("images/agents/bot.yaml", "name: [");
  expect(() => readAll(project)).toThrow(/^images\/agents\/bot.yaml\n .*\n1 problem; nothing was changed\.$/);
});

test("no path leaves where it belongs, and no word holds a second line", () => {
  const bad = (change: object) => AgentSchema.safeParse({ name: "x", description: "x", run: ["x"], ...change }).success;
  expect(bad({})).toBe(true);
  for (const change of [
    { state: [{ dir: "/home/dev/../root", purpose: "x" }] },
    { state: [{ dir: "/home/dev", purpose: "x" }] },
    { settings: { "/etc/../usr/bin/x": "" } },
    { settings: { "/usr/bin/x": "" } },
    { seeds: { "/home/dev/$(id)": "" } },
    { package: { lock: "x", files: { "a; id": "b" } } },
    { package: { lock: "x", files: { a: "/etc/passwd" } } },
    { environment: { X: "a\nRUN id" } },
    { environment: { "x y": "a" } },
    { run: ["x\nRUN id"] },
    { name: "x; id" },
    { package: { lock: "x", files: {} }, npm: { folder: "x", lock: "x" } },
  ])
    expect([change, bad(change)]).toEqual([change, false]);
});

test("every agent of this project names services that exist, and locks packages for all platforms", () => {
  const services = serviceNames(root);
  const { agents, lock } = readAll(root);
  expect(agents.map(({ name }) => name)).toEqual([
    "claude",
    "codex",
    "copilot",
    "gemini",
    "opencode",
    "pi",
    "qwen",
    "shell",
  ]);
  for (const { services: own } of agents)
    for (const name of [...own.api, ...own.login, ...own.telemetry]) expect(services).toContain(name);
  for (const [name, { keep: _, ...entry }] of Object.entries(lock.packages))
    expect([name, Object.keys(entry).sort()]).toEqual([name, entry.any ? ["any"] : ["linux-arm64", "linux-x64"]]);
});

test("the places of state are volumes of their own, the home first", () => {
  const { agents } = readAll(root);
  const places = statePlaces(agents.filter(({ name }) => name === "claude"));
  expect(places.map(({ purpose }) => purpose)).toEqual(["home", "cache", "claude", "history"]);
});

/** What the shell of the image's own base makes of the lines that bake files, by their places. */
function baked(dockerfile: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-baked-"));
  try {
    for (const [, script] of dockerfile.matchAll(/^RUN (set -eu; \\\n +put\(\)(?:.*\\\n)*.*)$/gm))
      execFileSync("sh", ["-c", script!.replace(/^( +put )\//gm, `$1${folder}/`)]);
    const places = execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" }).trim().split("\n");
    return Object.fromEntries(places.map((place) => [place.slice(folder.length), readFileSync(place, "utf8")]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a baked file is what its text is, whatever the lines are", () => {
  const lines = ["# no comment", "it's $HOME and `id`", "back\\slash\\", "", "<<EOF", "  put /etc/x 'y'", "\ttab; \\"];
  const files = { "/etc/a": `${lines.join("\n")}\n`, "/etc/empty": "", "/etc/open": "no end" };
  expect(baked(bake({}, files).join("\n"))).toEqual({ ...files, "/etc/open": "no end\n" });
});

test("a way to log in that no variable takes, and a login outside of the agent's state, are refused with the fix", () => {
  write(
    "images/agents/claude.yaml",
    read("images/agents/claude.yaml")
      .replace("token: ANTHROPIC_API_KEY", "token: ANTHROPIC_KEY")
      .replace("at: /home/dev/.claude/.credentials.json", "at: /home/dev/.credentials.json"),
  );
  expect(() => readAll(project)).toThrow(
    /login\.ways\[1\]\.token +ANTHROPIC_KEY is no variable that it takes a key from\. Did you mean "ANTHROPIC_API_KEY"\?/,
  );
  expect(() => readAll(project)).toThrow(
    /login\.file\.at +\/home\/dev\/\.credentials\.json is in no directory of its state; add that to state/,
  );
});

test("each way to log in is one, and a copy has a place in the sandbox", () => {
  const told = (login: object) =>
    AgentSchema.safeParse({ name: "x", description: "x", run: ["x"], login }).error?.issues.map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    );
  expect(told({ ways: [{ how: "x" }] })).toEqual([
    "login.ways.0: says no way; write one of token, inside and host, each in an entry of its own",
  ]);
  expect(told({ ways: [{ token: "K", inside: ["x"], how: "x" }] })).toEqual([
    "login.ways.0: says token and inside; write one of token, inside and host, each in an entry of its own",
  ]);
  expect(told({ ways: [{ host: "~/x", how: "x" }] })).toEqual([expect.stringMatching(/^login.file: is missing: /)]);
});
