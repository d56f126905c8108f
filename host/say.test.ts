import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OneProcess } from "../test/one-process.ts";

const ROOT = join(__dirname, "..");
/** A name that clears the screen, rings, begins a line of its own and turns the direction of writing. */
const EVIL = "x\u001b[2J\u0007\nFAKE\u202e\u009b1m";
const SHOWN = "x\\u{1b}[2J\\u{7}\\u{a}FAKE\\u{202e}\\u{9b}1m";

let folder: string;
let engine: Server;
/** By the engine that it asks. */
const programs = new Map<string, OneProcess>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "say-"));
  for (const name of ["bin", "setup", "cli", "images", "policies", "components", "package.json", "package-lock.json"])
    symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of [".cache", "fake", "stacks"]) mkdirSync(join(folder, name));
  symlinkSync(join(ROOT, ".cache/bin"), join(folder, ".cache/bin"));
  writeFileSync(join(folder, ".cache/tools.sh"), `PULUMI_BIN=${join(folder, "fake")}\n`);
  writeFileSync(join(folder, `stacks/Pulumi.${EVIL}.yaml`), `config: [\n${JSON.stringify(EVIL)}`);
  // A name of one line, of which a client may be called.
  writeFileSync(join(folder, `stacks/Pulumi.x\u001b[2J.yaml`), `config: {${JSON.stringify(EVIL)}: 1}`);
  const program = (name: string, stdout: string, rest: string) => {
    writeFileSync(join(folder, "fake", `${name}.out`), stdout);
    writeFileSync(join(folder, "fake", name), `#!/bin/bash\ncat '${folder}/fake/${name}.out'\n${rest}\n`, {
      mode: 0o755,
    });
  };
  writeFileSync(join(folder, "fake/said"), `${EVIL}\n${EVIL}\n`);
  const complains = `cat '${folder}/fake/said' >&2; exit 1`;
  const container = {
    State: { Status: EVIL },
    Image: EVIL,
    Config: { Image: EVIL, User: EVIL },
    HostConfig: { CapAdd: [EVIL], SecurityOpt: [EVIL], PidMode: EVIL, NetworkMode: EVIL },
    Mounts: [{ Type: "bind", Source: EVIL, Destination: EVIL, RW: true }],
    NetworkSettings: { Networks: { [EVIL]: {} } },
  };
  const inspected = `case "$*" in inspect*) cat '${folder}/fake/inspected'; exit ;; esac; ${complains}`;
  writeFileSync(join(folder, "fake/inspected"), JSON.stringify([container]));
  program("docker", "", inspected);
  program("npm", "", complains);
  const rights = { user: "", capabilities: [], mounts: {}, networks: [], published: [] };
  const of = { ...rights, image: EVIL, limits: { memory: "1024MiB", pids: "512" } };
  const posture = {
    profile: EVIL,
    egress: { [EVIL]: `443 (${EVIL})` },
    endpoints: {},
    containers: { agent: of, gateway: of, lock: of },
  };
  const proof = { probes: [EVIL], datagrams: [], mounts: [], scratch: [], user: "", networks: 1, gpu: false };
  const resources = [
    { urn: "a::stack", type: "pulumi:pulumi:Stack", outputs: { posture, policyHash: EVIL } },
    { urn: `a::${EVIL}-canary-prove`, inputs: { stdin: JSON.stringify({ proof }) } },
  ];
  program("pulumi", JSON.stringify({ deployment: { resources } }), "");
  writeFileSync(join(folder, "fake/pulumi-language-nodejs"), "", { mode: 0o755 });
  const labels = { "agent-sandbox.client": EVIL, "agent-sandbox.path": EVIL, "agent-sandbox.state": EVIL };
  const one = { Id: EVIL, ImageID: EVIL, Name: EVIL, Names: [`/${EVIL}`], Labels: labels, Mounts: [{ Type: "bind" }] };
  const image = { Id: "i", RepoTags: [`agent-sandbox/agent:${EVIL}`], Created: 1, Size: 1, Labels: { [EVIL]: EVIL } };
  const answers: [RegExp, unknown][] = [
    [/^\/version/, { Version: "20.10", Arch: "amd64" }],
    [/^\/info/, { Name: EVIL }],
    [/^\/networks/, [one]],
    [/^\/volumes/, { Volumes: [one] }],
    [/^\/containers/, [one]],
    [/^\/images\/json/, [image, { ...image, Id: "j", Created: 2, RepoTags: ["agent-sandbox/agent:2"] }]],
  ];
  engine = createServer((request, response) => {
    const answer = answers.find(([path]) => path.test(request.url!))?.[1];
    response.statusCode = answer ? 200 : 409;
    response.end(answer ? JSON.stringify(answer) : EVIL);
  }).listen(join(folder, "engine"));
  await new Promise((resolve) => engine.on("listening", resolve));
});
afterAll(() => {
  for (const program of programs.values()) program.stop();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Words that bin/agentbox, a shell script, hands to another one before Node has any part in it. */
const BY_SHELL = ["enter", "resume", "run", "ssh-proxy"];

function environment(host: string): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE } = process.env;
  return { HOME: folder, DOCKER_HOST: host, PATH: `${folder}/fake:${process.env.PATH}`, NODE_COMPILE_CACHE };
}

/** All that agentbox prints, on either stream: what is Node's alone, of one process for all calls (test/one-process.ts), with what bin/agentbox gives it. */
async function printed(args: readonly string[], host = `unix://${folder}/engine`): Promise<string> {
  if (BY_SHELL.includes(args[0]!)) return printedByShell(args, host);
  let program = programs.get(host);
  if (!program) {
    const said = execFileSync("bash", ["-c", GIVEN, "bash", folder], { env: environment(host), encoding: "utf8" });
    program = new OneProcess(folder, Object.fromEntries(said.split("\0").flatMap(variable)));
    programs.set(host, program);
  }
  const { stdout, stderr } = await program.agentbox(...args);
  return stdout + stderr;
}

/** The environment in which bin/agentbox starts Node. */
const GIVEN = `set -eu; package=$1; . "$package/setup/root.sh"; PATH=$root/.cache/bin:$PATH; . "$package/setup/state.sh"; export PATH; env -0`;

function variable(line: string): [name: string, value: string][] {
  const at = line.indexOf("=");
  return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
}

function printedByShell(args: readonly string[], host = `unix://${folder}/engine`): Promise<string> {
  const child = spawn(join(folder, "bin/agentbox"), args, {
    ...{ cwd: folder, env: environment(host), stdio: ["ignore", "pipe", "pipe"] },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

/** What each command is tried with; [] of names of the engine's, of files, of registries, of other programs' words. */
const TRIED: Record<string, string[][]> = {
  adopt: [[EVIL], ["/dev/null", "--name", EVIL], [`${EVIL}no`], [EVIL, EVIL]],
  aliases: [[], ["--shell", EVIL], ["--form", EVIL], [EVIL], [`--${EVIL}`]],
  audit: [[EVIL], [EVIL, "--since", EVIL], [EVIL, EVIL], [`${EVIL}no`], [`--${EVIL}`]],
  auth: [[EVIL], ["acme", EVIL], ["acme"], ["acme", "--for", EVIL], [`${EVIL}no`], [`--${EVIL}`]],
  bump: [[], ["--check"], [EVIL], ["--min-age", EVIL], [`--${EVIL}`]],
  check: [[], [EVIL], [`${EVIL}no`], ["--json"], [`--${EVIL}`]],
  ci: [[EVIL], ["review", EVIL, EVIL], ["plan", EVIL], ["up", EVIL], [EVIL, EVIL], [`--${EVIL}`]],
  completions: [["bash"], [EVIL], [`--${EVIL}`]],
  cp: [[EVIL], [EVIL, EVIL], ["acme:x", EVIL], [EVIL, "acme:x"], ["acme:x", "/dev/null"], [`--${EVIL}`]],
  destroy: [[EVIL], [EVIL, EVIL], [`${EVIL}no`, "--yes"], [`--${EVIL}`]],
  devcontainer: [[EVIL], [`${EVIL}no`], ["acme", EVIL], [`--${EVIL}`]],
  doctor: [[], ["--json"], [EVIL], [`--${EVIL}`]],
  drift: [[EVIL], [EVIL, "--json"], [`${EVIL}no`], [EVIL, EVIL]],
  enter: [[EVIL], [EVIL, EVIL], ["acme", EVIL, EVIL], [`${EVIL}no`], ["acme", `--${EVIL}`], ["acme"]],
  export: [[EVIL], [EVIL, "--to", EVIL], [`${EVIL}no`], [EVIL, EVIL]],
  grant: [
    ...["x\u001b[2J", EVIL, `${EVIL}no`].map((client) => [client, EVIL, "--for", "5m", "--why", EVIL]),
    [EVIL, EVIL, "--for", EVIL],
    [EVIL],
  ],
  images: [
    [],
    ["prune"],
    ["prune", "--dry-run"],
    ["prune", EVIL],
    [EVIL],
    ["prune", `agent-sandbox/agent:${EVIL}`],
    ["push"],
    ["push", EVIL],
    ["push", "registry.example/x", EVIL],
    ["push", "registry.example/x", `agent-sandbox/agent:${EVIL}`],
  ],
  init: [[EVIL], ["--client", EVIL, "--yes"], [`--${EVIL}`]],
  login: [
    ...[[], ["acme"], [EVIL], [EVIL, EVIL], [`${EVIL}no`, EVIL], ["acme", EVIL], ["acme", "claude", "--way", EVIL]],
    [`--${EVIL}`],
  ],
  logs: [[EVIL], [EVIL, "--of", EVIL], [`${EVIL}no`], [EVIL, EVIL], [EVIL, "--since", EVIL]],
  man: [[], [EVIL]],
  policy: [
    ...[[EVIL], [`${EVIL}no`], ["services", EVIL]],
    ...["check", "add", "rm"].map((verb) => [verb, "x\u001b[2J", EVIL]),
    ["add", EVIL, EVIL, "--ports", EVIL],
  ],
  posture: [[EVIL], [EVIL, "--declared"], [EVIL, "--json"], [EVIL, EVIL]],
  preview: [[EVIL], [EVIL, EVIL], [`${EVIL}no`], ["acme", "-j", EVIL], [`--${EVIL}`]],
  restart: [[EVIL], [`${EVIL}no`], [EVIL, EVIL]],
  resume: [[EVIL], [EVIL, EVIL], ["acme", EVIL, EVIL], [`${EVIL}no`], ["acme"]],
  review: [[], [EVIL], [`${EVIL}..${EVIL}`], ["--markdown"], ["--json"], ["--traffic", EVIL], ["--traffic", "7d"]],
  rollback: [[EVIL], ["acme", "--to", EVIL], [EVIL, EVIL]],
  run: [[EVIL], [EVIL, "--", EVIL], ["acme", EVIL], ["acme", "--", EVIL], [`--${EVIL}`]],
  services: [[], [EVIL], [`--${EVIL}`]],
  "ssh-config": [[EVIL], [`${EVIL}no`], ["acme", EVIL], [`--${EVIL}`]],
  "ssh-proxy": [[EVIL], ["acme", EVIL], ["acme"], [`--${EVIL}`]],
  start: [[EVIL], [`${EVIL}no`], [EVIL, EVIL]],
  status: [[], ["--all"], ["--json"], ["acme"], [EVIL], [`${EVIL}no`], [`--${EVIL}`]],
  stop: [[EVIL], [`${EVIL}no`], [EVIL, EVIL]],
  suggest: [[EVIL], [`${EVIL}no`], [EVIL, "--since", EVIL]],
  sweep: [[], ["--json"], ["acme"], [EVIL], ["--every", EVIL], [`--${EVIL}`]],
  "take-over": [[EVIL], [EVIL, "--yes"], [`${EVIL}no`], [EVIL, EVIL]],
  uninstall: [["--dry-run"], [EVIL], [`--${EVIL}`]],
  up: [[EVIL], [EVIL, EVIL], [`${EVIL}no`], ["acme", "-j", EVIL], [`--${EVIL}`]],
  verify: [[EVIL], [`${EVIL}no`], [EVIL, EVIL]],
  wipe: [[EVIL], [EVIL, "--yes"], [EVIL, "--yes", "--after-destroy"], [`${EVIL}no`]],
};

const cases = Object.entries(TRIED).flatMap(([command, all]) => all.map((args) => [command, ...args]));
const told: string[] = [];

test.each([...cases, [EVIL], ["help", EVIL]].map((args) => [args.join(" ").replaceAll(EVIL, "EVIL"), args]))(
  "a terminal gets text and nothing else from agentbox %s",
  async (_what, args) => {
    const text = await printed(args as string[]);
    expect(text).not.toBe("");
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^(\s|↳)*FAKE/m);
    told.push(text);
  },
);

test("what would have steered it is shown as it is written, by every command", async () => {
  for (const command of Object.keys(TRIED))
    expect([command, cases.some(([name], index) => name === command && told[index]?.includes(SHOWN))]).toEqual([
      command,
      true,
    ]);
});

test.each([
  ["check", ["check"]],
  ["images", ["images"]],
  ["audit EVIL", ["audit", EVIL]],
  ["EVIL", [EVIL]],
])("bin/agentbox prints what the program prints that it starts: %s", async (_what, args) => {
  // Streams have no order between them.
  const lines = (text: string) => text.split("\n").sort();
  expect(lines(await printedByShell(args))).toEqual(lines(await printed(args)));
});

test("an engine that is not there, or answers nonsense, is told the same way", async () => {
  for (const host of [`unix:///${EVIL}`, EVIL, `tcp://127.0.0.1:1/${EVIL}`])
    for (const command of ["images", "wipe"])
      expect(await printed([command, ...TRIED[command]![0]!], host)).not.toMatch(/[^\P{C}\n]|^FAKE/mu);
});

test.each([
  ["an answer", "yes\n", '"yes"'],
  ["nothing", "\n", '""'],
  ["the end of what is typed (Ctrl-D)", "\u0004", '""'],
  ["an interruption (Ctrl-C)", "\u0003", '""'],
])("a person who is asked may give %s", async (_what, typed, expected) => {
  writeFileSync(
    join(folder, "ask.mts"),
    `import { askPerson } from ${JSON.stringify(join(ROOT, "host/say.ts"))};\nconsole.log("got " + JSON.stringify(await askPerson("Sure?")));\n`,
  );
  // A terminal of its own; what is typed comes when the question is there.
  const child = spawn("script", ["-qec", `${process.execPath} ${join(folder, "ask.mts")}`, "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    if (!text.includes("Sure?") && (text + part).includes("Sure?")) child.stdin.write(typed);
    text += part;
  });
  await new Promise((resolve) => child.on("close", resolve));
  expect(text).toContain(`got ${expected}`);
});

test("these are all commands", async () => {
  const lines = (await printed(["help"])).split("\n");
  expect(lines.flatMap((line) => /^ {2}([\w-]+)/.exec(line)?.[1] ?? [])).toEqual(Object.keys(TRIED).sort());
});

test("nothing but host/say.ts writes to a person", () => {
  const files = [
    "cli",
    "host",
    "stack-file",
    "capabilities",
    "gateway",
    "plan",
    "target",
    "setup",
    "components",
  ].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`),
  );
  const writers = files.filter((file) =>
    /\bconsole\.|process\.(stdout|stderr)|createInterface\(\{[^}]*output|emitWarning/.test(
      readFileSync(join(ROOT, file), "utf8"),
    ),
  );
  expect(writers).toEqual(["host/say.ts"]);
});
