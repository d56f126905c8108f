import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useProject } from "./harness.ts";

/** The reference implementation, as npm has it. */
const PROGRAM = "@devcontainers/cli@0.89.0";

const project = useProject();
const acme = project.client("acme", { agents: ["shell"] });

let here: string;
let own: string;
beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), "devcontainer-cli-"));
  const words = ["install", "--prefix", here, "--no-audit", "--no-fund", "--ignore-scripts", PROGRAM];
  const { status, stderr } = spawnSync("npm", words, { encoding: "utf8", cwd: here });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  await acme.mustUp();
  const made = await project.agentbox("devcontainer", acme.name);
  expect([made.code, made.text]).toEqual([0, expect.stringContaining("devcontainer exec --workspace-folder")]);
  own = join(project.folder, ".state/devcontainer", acme.name);
});
afterAll(() => rmSync(here, { recursive: true, force: true }));

/** The real CLI, with these words after its own. */
function devcontainer(word: string, options: string[], command: string[] = []) {
  const program = join(here, "node_modules/@devcontainers/cli/devcontainer.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, word, ...options, ...command], {
    env: { ...project.environment(), PLANTED: "secret" },
    cwd: acme.workspace,
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, text: `${stdout}${stderr}` };
}
const way = () => ["--workspace-folder", own, "--docker-path", join(own, "engine")];
const inside = (...command: string[]) => devcontainer("exec", way(), command);

/** All that a devcontainer tool might have left on the engine, and what it might have changed of the sandbox. */
async function engineNow() {
  const { Id, Image, State, HostConfig, Config, Mounts } = await project.engine.inspect(acme.agent);
  const list = async (...words: string[]) => (await project.engine.ask(...words)).split("\n").filter(Boolean).sort();
  return {
    agent: { Id, Image, pid: State.Pid, since: State.StartedAt, HostConfig, Config },
    // The engine tells them in any order.
    mounts: (Mounts as unknown[]).map((mount) => JSON.stringify(mount)).sort(),
    labelled: await list("ps", "-aq", "--filter", "label=devcontainer.local_folder"),
    images: await list("images", "-q", "--filter", "reference=vsc-*"),
    volumes: await list("volume", "ls", "-q", "--filter", "name=vsc"),
    invalid: await list("images", "-q", "--filter", "reference=nowhere.invalid/*"),
  };
}

test("a command runs in the container that is there, as dev, behind the same walls", async () => {
  const before = await engineNow();
  const look = "id -un; id -u; hostname; pwd; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status";
  const seen = inside("sh", "-c", look);
  expect([seen.status, seen.stdout]).toEqual([0, (await acme.exec(look)).stdout]);
  expect(seen.stdout).toMatch(/^dev\n1000\n/);
  expect(inside("sh", "-c", "touch /etc/made || touch /usr/made").status).not.toBe(0);
  expect(inside("curl", "-sS", "-m", "10", "https://acme.example/").status).not.toBe(0);
  for (const code of [0, 1, 7, 255]) expect(inside("sh", "-c", `exit ${code}`).status).toBe(code);
  expect(inside("env").stdout).not.toMatch(/PLANTED|secret/);
  expect(await engineNow()).toEqual(before);
});

test("`up` finds the same container, and gets no shell as root in it", async () => {
  const before = await engineNow();
  const watch = "(while sleep 0.02; do ps -eo user=,comm=; done) >/tmp/users 2>&1 & echo $! >/tmp/watcher";
  const shells = async () =>
    (await acme.exec("kill $(cat /tmp/watcher); sort -u /tmp/users | grep -E ' (ba)?sh$' | tr -s ' '")).stdout;
  // It would see one.
  await acme.exec(watch);
  await project.engine.ask("exec", "--user", "root", acme.agent, "sh", "-c", "sleep 1; true");
  expect(await shells()).toContain("root sh\n");
  await acme.exec(watch);
  const up = devcontainer("up", way());
  expect([up.status, JSON.parse(up.stdout)]).toEqual([
    0,
    expect.objectContaining({
      outcome: "success",
      containerId: before.agent.Id,
      remoteUser: "dev",
      remoteWorkspaceFolder: "/workspace",
    }),
  ]);
  expect((await shells()).split("\n").filter((line) => !/^dev /.test(line))).toEqual([""]);
  expect(await engineNow()).toEqual(before);
});

test("what the agent writes into the workspace is not what is read", async () => {
  const planted = join(acme.workspace, ".devcontainer");
  const mark = join(here, "ran-on-the-host");
  mkdirSync(planted);
  const evil = {
    image: "scratch",
    initializeCommand: `touch ${mark}`,
    postAttachCommand: "touch /tmp/ran-inside",
    remoteUser: "root",
  };
  writeFileSync(join(planted, "devcontainer.json"), JSON.stringify(evil));
  chownSync(planted, 1000, 1000);
  expect(inside("id", "-un").stdout).toBe("dev\n");
  expect(devcontainer("up", way()).status).toBe(0);
  const read = devcontainer("read-configuration", [...way(), "--include-merged-configuration"]);
  expect([
    read.status,
    read.stdout.includes("initializeCommand"),
    read.stdout.includes("there-is-nothing-to-make"),
  ]).toEqual([0, false, true]);
  expect([existsSync(mark), (await acme.exec("ls /tmp/ran-inside")).code === 0]).toEqual([false, false]);
});

test("the engine's own client instead of ours makes nothing either", async () => {
  const before = await engineNow();
  const up = devcontainer("up", ["--workspace-folder", own]);
  expect(up.status).toBe(1);
  expect(await engineNow()).toEqual(before);
});

test("a sandbox that was stopped is told, and not started", async () => {
  await project.engine.ask("stop", "--time", "1", acme.agent);
  expect(inside("true").status).toBe(3);
  expect(devcontainer("up", way()).status).toBe(1);
  expect(devcontainer("up", [...way(), "--remove-existing-container"]).status).toBe(1);
  expect((await project.engine.inspect(acme.agent)).State.Status).toBe("exited");
  const { stderr } = spawnSync(join(own, "engine"), ["ps", "-q"], { env: project.environment(), encoding: "utf8" });
  expect(stderr).toBe(`agentbox: ${acme.name} does not run; \`pulumi up --stack ${acme.name}\` brings it up\n`);
});

test("a destroy takes it along", async () => {
  const { code, text } = await acme.destroy();
  expect(code).toBe(0);
  expect(text).toContain("its devcontainer.json");
  expect(existsSync(own)).toBe(false);
});
