import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRoutes } from "./routes.ts";

const { PATH } = process.env;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-routes-"));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

/** A host whose `ip` does this. */
function ip(script: string): void {
  writeFileSync(join(folder, "ip"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "ip"), 0o755);
  process.env.PATH = `${folder}:${PATH}`;
}

test("routes of all tables are read", async () => {
  ip("echo '10.20.0.0/16 dev tun0 table 7'");
  expect(await readRoutes()).toEqual({ seen: [{ network: "10.20.0.0/16", interface: "tun0" }] });
});

test.each([
  ["fails", "echo 'RTNETLINK answers: no' >&2; exit 2", "RTNETLINK answers: no"],
  ["gives no answer", "trap '' TERM; sleep 3", "it gave no answer in 0.2 s"],
])("where ip %s, those of a VPN's own table are not taken for none", async (_what, script, why) => {
  ip(script);
  expect((await readRoutes(0.2)).unseen).toBe(`ip -4 route show table all does not say: ${why}`);
});
