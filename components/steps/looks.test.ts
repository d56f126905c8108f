import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-steps-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a step by an engine's client that notes its words, and answers to `inspect` with these on stderr and a failure. */
function run(program: string, words: object, inspect: string) {
  writeFileSync(
    join(folder, "docker"),
    `#!/bin/sh\necho "$*" >>${folder}/calls\ncase $1 in inspect) echo "${inspect}" >&2; exit 1 ;; esac\n`,
    { mode: 0o755 },
  );
  const engine = { cli: join(folder, "docker"), host: "unix:///x" };
  const input = JSON.stringify({ engine, client: "acme", agent: "acme-agent", image: "i", ...words });
  const { status, stderr } = spawnSync(process.execPath, [`components/steps/${program}.ts`], {
    input,
    encoding: "utf8",
  });
  return { status, stderr, calls: readFileSync(join(folder, "calls"), "utf8") };
}
const AWAY = "Cannot connect to the engine";
const GONE = "Error: No such container: acme-agent";

test("walls of an agent that could not be looked at are not proven, and that is not told as one that does not run", () => {
  const proof = { probes: [], datagrams: [], mounts: [], scratch: [], user: "1:1", networks: 1, gpu: false };
  const away = run("prove-walls", { containers: [], limits: {}, proof }, AWAY);
  expect(away.status).toBe(1);
  expect(away.stderr).toContain(`unseen whether acme-agent runs could not be seen: ${AWAY}\n`);
  expect(away.stderr).not.toContain("does not run");
  const gone = run("prove-walls", { containers: [], limits: {}, proof }, GONE);
  expect(gone.status).toBe(1);
  expect(gone.stderr).toContain("unseen acme-agent does not run: it is gone\n");
});

test("volumes are given to nobody while an agent of another owner may be at work that could not be looked at", () => {
  const words = { owner: "1000:1000", volumes: ["acme-home"] };
  const away = run("give-volumes", words, AWAY);
  expect([away.status, away.stderr]).toEqual([1, `as whom acme-agent runs could not be seen: ${AWAY}\n`]);
  expect(away.calls).not.toMatch(/^run /m);
  const gone = run("give-volumes", words, GONE);
  expect(gone.status).toBe(0);
  expect(gone.calls).toMatch(/^run /m);
});

test.each([
  ["Error response from daemon: No such container: x", 0],
  ["Error response from daemon: endpoint x not found", 0],
  ["Error response from daemon: container x is not connected to the network acme-inner", 0],
  ["Error response from daemon: permission denied", 1],
])("a stranger that left meanwhile is taken off: %j", (said, status) => {
  writeFileSync(join(folder, "docker"), `#!/bin/sh\necho "${said}" >&2; exit 1\n`, { mode: 0o755 });
  const engine = { cli: join(folder, "docker"), host: "unix:///x" };
  const input = JSON.stringify({ engine, doubles: ["acme-old"], strangers: [{ name: "x", network: "acme-inner" }] });
  const step = spawnSync(process.execPath, ["components/steps/remove-others.ts"], { input, encoding: "utf8" });
  expect([step.status, step.stderr]).toEqual([status, status === 0 ? "" : `${said}\n`]);
});
