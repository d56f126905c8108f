import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookAtRecords } from "./records.ts";

const { AGENT_SANDBOX_FILES } = process.env;
const root = mkdtempSync(join(tmpdir(), "agent-sandbox-records-"));
const TLS = { host: "tcp://10.0.0.7:2376", certPath: "/certificates" };
afterAll(() => {
  if (AGENT_SANDBOX_FILES === undefined) delete process.env.AGENT_SANDBOX_FILES;
  else process.env.AGENT_SANDBOX_FILES = AGENT_SANDBOX_FILES;
  rmSync(root, { recursive: true, force: true });
});

function stack(state: string, name: string, text: string): void {
  const stacks = join(root, state, ".pulumi/stacks/agent-sandbox");
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, name), text);
}

const placed = (inputs: object) =>
  JSON.stringify({ checkpoint: { latest: { resources: [{ type: "pulumi:providers:docker", inputs }] } } });

test("the project's own state is read beside another that is in use, and what nobody can read of it is told", async () => {
  stack("used", "acme.json", placed(TLS));
  stack("used", "destroyed.json", '{"checkpoint": {"latest": {}}}');
  stack("used", "acme.json.bak", "");
  stack(".state", "globex.json", placed({ host: "ssh://dev@gpu-box" }));
  stack(".state", "initech.json.gz", "");
  process.env.AGENT_SANDBOX_FILES = join(root, "used");
  expect(await lookAtRecords(root)).toEqual([
    { lived: [{ client: "acme", address: { host: TLS.host, certificates: TLS.certPath } }], unread: [] },
    {
      lived: [{ client: "globex", address: { host: "ssh://dev@gpu-box" } }],
      unread: [{ clients: ["initech"], why: `initech's stack in ${join(root, ".state")} is not read here` }],
    },
  ]);
});
