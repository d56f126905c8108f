import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachLine, isGone, isStopped, lastWords, runClient, type Said } from "./client.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-client-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An engine whose client does this. */
function client(script: string) {
  writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { cli: join(folder, "docker"), host: "unix:///x" };
}
const says = (words: string) => `echo "${words}" >&2; exit 1`;

test("a client that did what it was asked is told by what it printed", async () => {
  expect(await runClient(client("cat; echo $DOCKER_HOST"), ["exec"], { input: "hello\n" })).toMatchObject({
    ok: true,
    stdout: "hello\nunix:///x\n",
  });
});

test.each<[string, string, { seconds?: number; most?: number }, RegExp, number | undefined]>([
  ["refused", "echo 'Error: in use' >&2; echo 'see help' >&2; exit 5", {}, /^Error: in use; see help$/, 5],
  ["said nothing", "exit 5", {}, /docker image inspect ended with status 5$/, 5],
  [
    "took too long",
    "exec sleep 30",
    { seconds: 0.2 },
    /docker image inspect gave no answer in 0\.2 s\. See /,
    undefined,
  ],
  [
    "took too long, caught the signal and then ended well",
    "trap '' TERM; sleep 100; exit 0",
    { seconds: 0.2 },
    /docker image inspect gave no answer in 0\.2 s\. See /,
    undefined,
  ],
  [
    "ended, while what it started holds its pipes",
    "sleep 100 & exit 0",
    { seconds: 0.2 },
    /docker image inspect gave no answer in 0\.2 s\. See /,
    undefined,
  ],
  ["printed without end", "exec yes", { most: 1000 }, /printed more than 1000 bytes, and was ended$/, undefined],
  ["was killed", "kill -KILL $$", {}, /docker image inspect was ended by SIGKILL$/, undefined],
])("of one that %s the reason is one sentence", async (_what, script, options, why, code) => {
  // Whoever waited for such a program would wait longer than a test may take.
  const said = await runClient(client(script), ["image", "inspect", "x"], options);
  expect(said).toMatchObject({ ok: false, why: expect.stringMatching(why) });
  expect(said.code).toBe(code);
});

test("a client that says how far it is failed for what it said last; one that gave no answer, for that", async () => {
  const far = "echo 'layer 1: pulling' >&2; echo 'layer 1: 30 %' >&2;";
  const why = async (end: string) =>
    lastWords((await runClient(client(`${far} ${end}`), ["pull", "x"], { seconds: 0.5 })) as Said & { ok: false });
  expect(await why("echo 'manifest unknown' >&2; exit 1")).toBe("manifest unknown");
  expect(await why("exec sleep 30")).toMatch(/docker pull gave no answer in 0\.5 s/);
});

test("words that no program can be given are a reason, and no throw", async () => {
  const why = expect.stringMatching(/docker exec cannot be run: /);
  expect(await runClient(client("true"), ["exec", "a\0b"])).toMatchObject({ ok: false, why });
  expect(await runClient(client("true"), ["exec", "x".repeat(2 ** 18)])).toMatchObject({ ok: false, why });
});

test("a client that is not there is told with what to do", async () => {
  const none = { cli: join(folder, "none"), host: "" };
  const why = expect.stringMatching(/^there is no program .*none on PATH, .* Run `make setup`/);
  expect(await runClient(none, ["ps"])).toMatchObject({ ok: false, why });
  expect(await eachLine(none, ["logs"], () => {})).toMatchObject({ ok: false, why });
});

test.each([
  ["Error: No such container: acme-agent", true, true],
  ["Error response from daemon: No such image: x:latest", true, true],
  ["Error response from daemon: network acme-inner not found", true, true],
  ["Error: inspecting object: x: image not known", true, true],
  ['Error: no container with name or ID "x" found: no such container', true, true],
  ["Error response from daemon: Container 1a is not running", false, true],
  ["Error: can only create exec sessions on running containers: container state improper", false, true],
  // What Podman's client says where the engine's socket is not there.
  ["Error: unable to connect to Podman socket: dial unix /x: connect: no such file or directory", false, false],
  ["Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?", false, false],
])("%j is told from what could not be asked", async (words, gone, stopped) => {
  const said = await runClient(client(says(words)), ["exec"]);
  expect([isGone(said), isStopped(said)]).toEqual([gone, stopped]);
});

test("a log is handed over a line at a time, with how it ended", async () => {
  const lines: string[] = [];
  const log = client("printf 'one\\ntwo\\nhal'; echo 'noise of the container' >&2; echo 'unexpected EOF' >&2; exit 1");
  expect(await eachLine(log, ["logs"], (line) => lines.push(line))).toMatchObject({ ok: false, why: "unexpected EOF" });
  expect(lines).toEqual(["one", "two"]);
  expect(await eachLine(client("exit 0"), ["logs"], () => {})).toMatchObject({ ok: true });
});

test("nothing of the person's environment that is a secret, or changes what the engine is asked for, reaches a client", async () => {
  const planted = {
    ...{ ACME_PAT: "hunter2", PULUMI_CONFIG_PASSPHRASE: "hunter2", AWS_SECRET_ACCESS_KEY: "hunter2" },
    ...{ DOCKER_DEFAULT_PLATFORM: "linux/s390x", DOCKER_CONTENT_TRUST: "1", DOCKER_API_VERSION: "1.20" },
    ...{ BUILDX_BUILDER: "elsewhere", DOCKER_CONTEXT: "elsewhere", DOCKER_TLS_VERIFY: "1" },
  };
  const given = { DOCKER_CONFIG: "/srv/docker", HTTPS_PROXY: "http://proxy:3128" };
  const before = { ...process.env };
  Object.assign(process.env, planted, given);
  try {
    const env = client("exec env");
    const { stdout } = await runClient(env, ["run"]);
    const lines: string[] = [];
    await eachLine(env, ["logs"], (line) => lines.push(line));
    for (const got of [stdout.split("\n"), lines]) {
      const names = got.map((line) => line.split("=")[0]);
      for (const name of Object.keys(planted)) expect(names).not.toContain(name);
      for (const [name, value] of Object.entries(given)) expect(got).toContain(`${name}=${value}`);
      expect(got.join()).not.toContain("hunter2");
      expect(got).toEqual(expect.arrayContaining([`PATH=${process.env.PATH}`, "DOCKER_HOST=unix:///x"]));
    }
  } finally {
    process.env = before;
  }
});
