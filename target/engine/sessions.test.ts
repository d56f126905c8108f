import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sessionsOf, tmuxNames } from "./sessions.ts";

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-in-it-"));
});
afterEach(async () => {
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** An engine that answers these paths, with 404 where it is null, and whose client shows this of the gateway, or fails. */
async function engine(answers: Readonly<Record<string, unknown>>, gateway: string | undefined) {
  const socket = join(folder, "engine.sock");
  server = createServer(({ url = "" }, answer) => {
    const found = Object.entries(answers).find(([path]) => url.endsWith(path))?.[1];
    answer.writeHead(found === undefined ? 500 : found === null ? 404 : 200, {
      "content-type": "application/json",
      connection: "close",
    });
    answer.end(JSON.stringify(found ?? { message: "nobody knows" }));
  });
  await new Promise<void>((done) => server?.listen(socket, done));
  const cli = join(folder, "docker");
  if (gateway !== undefined) writeFileSync(join(folder, "said"), gateway);
  writeFileSync(cli, `#!/bin/sh\n[ "$1 $2" = "exec acme-gateway" ] && cat "${folder}/said"\n`, { mode: 0o755 });
  return { kind: "docker", cli, host: `unix://${socket}` } as const;
}

const exec = (Running: boolean, tty: boolean) => ({ Running, ProcessConfig: { tty } });
const container = (more: object = {}) => ({ ExecIDs: ["1", "2", "3"], State: { Status: "running" }, ...more });
const GATEWAY = { "/containers/acme-gateway/json": container() };
const ANSWERS = {
  ...GATEWAY,
  "/containers/acme-agent/json": container(),
  ...{ "/exec/1/json": exec(true, true), "/exec/2/json": exec(false, true), "/exec/3/json": exec(true, false) },
  "/top?ps_args=-eo%20pid,args": { Processes: [["7", "tmux -L claude new-session -A -s claude -- enter claude"]] },
};
const TWO_AT_2222 = [
  "2222 10.208.0.3:22022:agent",
  ...[1, 2].map((at) => `   ${at}: 0201D00A:08AE 0101D00A:C350 01 00000000:00000000 00:00000000 0 990 0 1 1 0`),
].join("\n");

test("whoever is in it is counted, and a tmux is named", async () => {
  expect(await sessionsOf(await engine(ANSWERS, TWO_AT_2222), "acme", "agent")).toEqual({
    sessions: ["1 terminal", "1 command", "2 connections to port 2222", 'tmux "claude"'],
    unseen: [],
  });
});

test("with the gateway alone its connections end", async () => {
  expect(await sessionsOf(await engine(GATEWAY, TWO_AT_2222), "acme", "gateway")).toEqual({
    sessions: ["2 connections to port 2222"],
    unseen: [],
  });
});

test("what nobody could look at hides nobody else, and is said", async () => {
  const answers = { ...ANSWERS, "/top?ps_args=-eo%20pid,args": undefined };
  expect(await sessionsOf(await engine(answers, undefined), "acme", "agent")).toEqual({
    sessions: ["1 terminal", "1 command"],
    unseen: [expect.stringContaining("nobody knows"), expect.stringContaining("No such file")],
  });
});

test.each([
  ["is not there", null],
  ["was made and not started", container({ State: { Status: "created" } })],
  ["has ended", container({ State: { Status: "exited" } })],
])("a container that %s has nobody in it, and nothing that nobody could look at", async (_what, found) => {
  const answers = { "/containers/acme-agent/json": found, "/containers/acme-gateway/json": found };
  expect(await sessionsOf(await engine(answers, undefined), "acme", "agent")).toEqual({ sessions: [], unseen: [] });
});

test("in one that is paused somebody may be, and a reason is told once", async () => {
  const paused = { State: { Status: "paused" } };
  const answers = { ...ANSWERS, "/containers/acme-gateway/json": container(paused) };
  expect((await sessionsOf(await engine(answers, undefined), "acme", "agent")).unseen).toHaveLength(1);
  await new Promise((done) => server?.close(done));
  const silent = { ...GATEWAY, "/containers/acme-agent/json": undefined };
  expect((await sessionsOf(await engine(silent, ""), "acme", "agent")).unseen).toEqual([
    expect.stringContaining("nobody knows"),
  ]);
});

test("a container on a kernel of its own, or one that does not run, has no processes that the engine knows", async () => {
  for (const more of [{ HostConfig: { Runtime: "runsc" } }, { State: { Status: "exited" } }]) {
    const answers = { ...ANSWERS, "/containers/acme-agent/json": container({ ...more, ExecIDs: null }) };
    expect(await sessionsOf(await engine(answers, ""), "acme", "agent")).toEqual({ sessions: [], unseen: [] });
    await new Promise((done) => server?.close(done));
  }
});

test("a tmux is named once, whoever attaches to it; a name that is none is not repeated; of many there is a count", () => {
  expect(
    tmuxNames([
      ...["tmux -L main new-session -s main", "/usr/bin/tmux new -s main", "tmux attach -t main", "vim -s tmux"],
      ...["tmux", "tmux new -s \u001b[2J"],
    ]),
  ).toEqual(["a tmux", 'tmux "main"']);
  expect(tmuxNames("abcdefg".split("").map((name) => `tmux new -s ${name}`))).toEqual([
    ...["a", "b", "c", "d", "e"].map((name) => `tmux "${name}"`),
    "2 more of tmux",
  ]);
});
