import { spawn, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", { agents: ["shell"] });
const AGENTBOX = join(project.folder, "bin/agentbox");

let here: string;
beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), "ways-in-"));
  await acme.mustUp();
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

/** A way in as a person takes it, with what they type or pipe. */
const agentbox = (args: string[], input: string | Buffer = "", env: NodeJS.ProcessEnv = {}) =>
  spawnSync(AGENTBOX, args, { input, env: { ...project.environment(), ...env }, maxBuffer: 2 ** 26 });
const run = (...command: string[]) => agentbox(["run", acme.name, "--", ...command]);

/** The same at a terminal: what it showed until it ended, and its exit code. Each line is typed when `$` is there for it; what sleeps is interrupted. */
function atTerminal(command: string, typed: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<[string, number]> {
  const shell = spawn("script", ["-qec", command, "/dev/null"], {
    env: { ...project.environment(), TERM: "xterm-256color", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...typed];
  let [text, seen] = ["", 0];
  shell.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    const prompt = text.indexOf("$ ", seen);
    if (prompt < 0 || left.length === 0) return;
    seen = text.length;
    const line = left.shift();
    shell.stdin.write(`${line}\r`);
    if (line?.startsWith("sleep")) setTimeout(() => shell.stdin.write("\u0003"), 500);
  });
  return new Promise((resolve) => shell.on("close", (code) => resolve([text, code ?? -1])));
}

test("exit codes, stdin and both streams of a command are its own", () => {
  for (const code of [0, 1, 2, 42, 125, 255]) expect(run("sh", "-c", `exit ${code}`).status).toBe(code);
  // Which number it is for what cannot be run differs between versions of engines.
  for (const program of ["no-such-program", "/no/such/program", "/workspace"]) {
    const { status } = spawnSync("docker", ["exec", acme.agent, program], { env: project.environment() });
    expect([126, 127]).toContain(status);
    expect([program, run(program).status]).toEqual([program, status]);
  }
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 256));
  expect(agentbox(["run", acme.name, "--", "cat"], bytes).stdout.equals(bytes)).toBe(true);
  const { stdout, stderr } = run("sh", "-c", "pwd; id -un; echo ü >&2");
  expect([String(stdout), String(stderr)]).toEqual(["/workspace\ndev\n", "ü\n"]);
});

test("nothing of the person's shell comes along", () => {
  const { stdout } = agentbox(["run", acme.name, "--", "env"], "", {
    PLANTED: "secret",
    LC_ALL: "x",
    EDITOR: "planted",
  });
  expect(String(stdout)).not.toMatch(/PLANTED|LC_ALL|planted/);
});

test("a terminal has its size, its colours and its letters, Ctrl-C and Ctrl-P come through, and it is reset at the end", async () => {
  const [text, code] = await atTerminal(`stty rows 41 cols 103; '${AGENTBOX}' enter ${acme.name}`, [
    "echo size $(stty size) $TERM",
    "tput setaf 1; echo 'üx€' | tr x y",
    "sleep 600",
    "echo o$((40 + 2))",
    "\u0010",
    "exit 7",
  ]);
  expect(code).toBe(7);
  expect(text).toMatch(/size 41 103 xterm-256color/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: red
  expect(text).toMatch(/\u001b\[31m\S*üy€/);
  expect(text.match(/o42/g)).toHaveLength(2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what resets a terminal
  expect(text).toMatch(/\u001b\[!p\u001b\[\?[\d;]+l\u001b\[0m\s*$/);
});

test("a sandbox that does not run is told, and comes up when that is asked for", async () => {
  await project.engine.ask("stop", "--time", "1", acme.agent);
  const told = run("true");
  expect([told.status, String(told.stderr)]).toEqual([
    3,
    `agentbox: ${acme.name} does not run: ${acme.agent} is "exited". \`pulumi up --stack ${acme.name}\` brings it up; so does this command with --start\n`,
  ]);
  const asked = agentbox(["run", acme.name, "--start", "--", "true"]);
  expect([asked.status, String(asked.stderr)]).toEqual([2, expect.stringContaining("say --yes as well")]);
  const started = agentbox(["run", acme.name, "--start", "--yes", "--", "cat"], "read\n");
  expect([started.status, String(started.stdout)]).toEqual([0, "read\n"]);
  expect(String(started.stderr)).toMatch(/probes found the walls as planned/);
});

test("what an agent made to break out of a copy does not", async () => {
  await acme.exec(
    `mkdir -p d/sub; echo kept >d/sub/f; ln -s ${here} d/out; ln -s ${here}/planted d/link; mkfifo d/pipe; printf '#!' >d/run; chmod 6777 d/run; truncate -s 2G big; ln d/sub/f d/hard`,
  );
  const { status, stderr } = agentbox(["cp", `${acme.name}:d`, `${here}/d`]);
  expect(status).toBe(1);
  expect(
    String(stderr)
      .match(/left out \S+/g)!
      .sort(),
  ).toEqual(["left out d/link:", "left out d/out:", "left out d/pipe:"]);
  expect((readdirSync(join(here, "d"), { recursive: true }) as string[]).sort()).toEqual([
    "hard",
    "run",
    "sub",
    "sub/f",
  ]);
  expect(lstatSync(join(here, "d/run")).mode & 0o7777).toBe(0o755);
  expect(readFileSync(join(here, "d/hard"), "utf8")).toBe("kept\n");
  const large = agentbox(["cp", `${acme.name}:big`, here]);
  expect([large.status, String(large.stderr)]).toEqual([1, expect.stringContaining("more than 1024MiB")]);
  expect(readdirSync(here)).toEqual(["d"]);
  const back = agentbox(["cp", `${acme.name}:d`, acme.workspace]);
  expect([back.status, String(back.stderr)]).toEqual([
    2,
    expect.stringMatching(/is there already|an agent can change it/),
  ]);
});

test("what is copied in comes whole, and goes over nothing", async () => {
  mkdirSync(join(here, "in"));
  writeFileSync(join(here, "in/ü x"), "data");
  expect(agentbox(["cp", join(here, "in"), `${acme.name}:/workspace`]).status).toBe(0);
  expect((await acme.exec("cat 'in/ü x'; stat -c %U in")).stdout).toBe("datadev\n");
  const again = agentbox(["cp", join(here, "in"), `${acme.name}:/workspace`]);
  expect([again.status, String(again.stderr)]).toEqual([1, expect.stringContaining("is there already")]);
  expect(agentbox(["cp", join(here, "in/ü x"), `${acme.name}:as`]).status).toBe(0);
  expect((await acme.exec("cat as; ls -A | grep agentbox")).stdout).toBe("data");
});

test("what an agent prints to its container's log steers no terminal", async () => {
  await acme.exec("printf 'x\\033[2Jy\\n' >/proc/1/fd/1");
  const { status, stdout } = agentbox(["logs", acme.name]);
  expect(status).toBe(0);
  expect(String(stdout)).toMatch(/Z {2}agent {4}x\\u\{1b\}\[2Jy$/m);
  expect(String(stdout)).not.toMatch(/[^\P{C}\n]/u);
});
