import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inspected } from "../../target/engine/answers.ts";
import { agentWith } from "../../test/inspected.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-prove-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a step against a client of the engine's that is this script. */
function run(step: string, script: string, words: object): { status: number | null; stderr: string } {
  const cli = join(folder, "docker");
  writeFileSync(cli, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return spawnSync(process.execPath, [join(__dirname, `${step}.ts`)], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
    input: JSON.stringify({ engine: { cli, host: "unix:///x" }, client: "acme", agent: "acme-agent", ...words }),
  });
}

const proof = { probes: [], datagrams: [], mounts: [], scratch: [], user: "1000:1000", networks: 1, gpu: false };
/** What the client says of an agent. */
function inspected(change: (found: Inspected) => void): string {
  const found = agentWith().found();
  change(found);
  writeFileSync(join(folder, "inspected"), JSON.stringify([found]));
  return `inspect) cat ${join(folder, "inspected")} ;;`;
}
const exited = (found: Inspected) => Object.assign(found.State, { Status: "exited", StartedAt: "1" });
const prove = (stop: string) =>
  run("prove-walls", `case $1 in ${inspected(exited)} stop) ${stop} ;; esac`, {
    containers: ["acme-agent"],
    limits: {},
    image: "i",
    proof,
  });

test("an agent whose walls are not proven is stopped; one that could not be is not said to be", () => {
  expect(prove("exit 0")).toMatchObject({ status: 1, stderr: expect.stringContaining("\nThe agent is stopped. ") });
  const gone = prove("echo 'No such container: acme-agent' >&2; exit 1");
  expect(gone.stderr).toContain("\nThe agent is stopped. ");
  const { status, stderr } = prove("echo 'permission denied' >&2; exit 1");
  expect(status).toBe(1);
  expect(stderr).toContain("\nThe agent could NOT be stopped (permission denied). Stop it: ");
  expect(stderr).not.toContain("The agent is stopped");
});

test("limits that cannot be set are told with the container that they are for", () => {
  const limits = { id: "i", memory: 1, pids: 1, restart: "no" };
  const unlimited = (name: string) =>
    run("prove-walls", `case $1 in ${inspected(exited)} update) echo 'not running' >&2; exit 1 ;; esac`, {
      containers: ["acme-agent"],
      limits: { [name]: limits },
      image: "i",
      proof,
      helpers: { "acme-helper.db": proof },
    }).stderr;
  expect(unlimited("acme-agent")).toMatch(/unseen limits of acme-agent that could not be set: not running/);
  expect(unlimited("acme-helper.db")).toMatch(/unseen limits of acme-helper.db that could not be set: not running/);
});

test("volumes are not given while the agent of the owner before cannot be stopped", () => {
  const of = inspected((found) => Object.assign(found.Config, { User: "1:1" }));
  const script = `case $1 in ${of} stop) echo busy >&2; exit 1 ;; run) echo given >>${join(folder, "ran")} ;; esac`;
  const { status, stderr } = run("give-volumes", script, { owner: "2:2", image: "i", volumes: ["v"] });
  expect(status).toBe(1);
  expect(stderr).toContain("acme-agent runs as 1:1 and could not be stopped: busy");
});
