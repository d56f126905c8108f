import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-sweep-test-"));
  mkdirSync(join(folder, "stacks"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A sweep where no engine answers. */
function sweep(...words: string[]) {
  const env = { ...process.env, AGENT_SANDBOX_ROOT: folder, DOCKER_HOST: `unix://${folder}/none.sock` };
  return execFile(process.execPath, [join(__dirname, "agentbox.ts"), "sweep", ...words], { env });
}

test("a sweep that goes on goes on also after one in which the engine did not answer", async () => {
  const child = sweep("--every", "1m");
  let told = "";
  child.stderr?.on("data", (part) => {
    told += part;
    if (told.endsWith("\n")) child.kill();
  });
  const signal = await new Promise((resolve) => child.on("close", (_code, signal) => resolve(signal)));
  expect(told).toMatch(/^agentbox: nobody was looked at: .+\n$/);
  // It was ended, and had not ended.
  expect(signal).toBe("SIGTERM");
});

test("one that does not ends with what the engine said", async () => {
  const code = await new Promise((resolve) => sweep().on("close", resolve));
  expect(code).toBe(3);
});
