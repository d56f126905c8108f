import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inspected } from "../target/engine/answers.ts";
import type { Engine } from "../target/engine/engine.ts";
import { agentWith } from "../test/inspected.ts";
import { isInForce } from "./policy-in-force.ts";

const [PLANNED, BEFORE, OTHER] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-policy-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the look at a gateway comes to whose health check told this, and whose engine's client does that. */
async function look(told: string | undefined, script: string, status = "running", health = "healthy") {
  writeFileSync(join(folder, "docker"), `#!/bin/sh\ntouch ${folder}/asked\n${script}\n`, { mode: 0o755 });
  const Health = told === undefined ? null : { Status: health, Log: [{ Output: told }] };
  const gateway: Inspected = { ...agentWith().found(), State: { Status: status, Health } };
  const engine = { cli: join(folder, "docker"), host: "unix:///x" } as Engine;
  const found = await isInForce(engine, "acme", gateway, PLANNED);
  return { found, asked: existsSync(join(folder, "asked")) };
}
const NONE = 'echo "cat: /run/policy/live/hash: No such file or directory" >&2; exit 1';

test("a gateway whose health check tells the planned policy is asked nothing", async () => {
  expect(await look(`policy ${PLANNED} live\n`, NONE)).toEqual({ found: { seen: true }, asked: false });
});

test("what was told before a gateway was started anew is of before", async () => {
  const started = await look(`policy ${PLANNED} live\n`, NONE, "running", "starting");
  expect(started).toEqual({ found: { seen: false }, asked: true });
});

test("one that does not run is placed anew, and asked nothing", async () => {
  expect(await look(undefined, NONE, "exited")).toEqual({ found: { seen: true }, asked: false });
});

test.each<[string, string | undefined, string, object]>([
  ["its saved policy did not hold", "shut: the saved policy does not hold\n", NONE, { seen: false }],
  ["it has none, and its engine runs no health checks", undefined, NONE, { seen: false }],
  ["it told none, and has the planned one", undefined, `echo ${PLANNED}`, { seen: true }],
  ["it told the one before, and has the planned one", `policy ${BEFORE} live\n`, `echo ${PLANNED}`, { seen: true }],
  ["it has the last up's, and another is planned", undefined, `echo ${BEFORE}`, { seen: false }],
  ["it has one that nobody handed over", undefined, `echo ${OTHER}`, { seen: false }],
  ["it cannot be asked", undefined, "echo 'Cannot connect' >&2; exit 1", { unseen: "Cannot connect" }],
])("a gateway of which %s is looked at", async (_what, told, script, found) => {
  expect(await look(told, script)).toEqual({ found, asked: true });
});
