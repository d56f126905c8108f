import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wantedImages } from "./wanted-images.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-wanted-"));
  mkdirSync(join(root, "stacks"));
  cpSync("images", join(root, "images"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

function declare(client: string, more = ""): void {
  const workspace = mkdtempSync(join(root, `${client}-`));
  const own = `config:\n  agent-sandbox:workspace: ${workspace}\n  agent-sandbox:agents: [shell]\n${more}`;
  writeFileSync(join(root, `stacks/Pulumi.${client}.yaml`), own);
}

test("a client whose file is no YAML is not planned, and keeps no other from it", () => {
  declare("acme");
  writeFileSync(join(root, "stacks/Pulumi.globex.yaml"), "config: [broken\n");
  const { wanted, unplanned } = wantedImages(root, "linux-x64");
  expect([Object.keys(wanted), unplanned.map(({ client }) => client)]).toEqual([["acme"], ["globex"]]);
});

test("a client that pulls wants other tags than one that builds, and the lock knows both by the same", () => {
  declare("acme", "  agent-sandbox:images: {from: registry.example/agent-sandbox}\n");
  declare("globex");
  const before = wantedImages(root, "linux-x64");
  expect([before.unplanned, before.wanted.acme]).toEqual([[], before.wanted.globex]);
  const base = before.wanted.globex!.find((tag) => tag.startsWith("agent-sandbox/base:"))!;
  writeFileSync(join(root, "images/registry.lock.yaml"), `linux-x64:\n  ${base}: sha256:${"a".repeat(64)}\n`);
  const { wanted, contents } = wantedImages(root, "linux-x64");
  expect(wanted.globex).toEqual(before.wanted.globex);
  expect(wanted.acme!.filter((tag) => wanted.globex!.includes(tag))).toEqual([]);
  expect(wanted.acme!.map((tag) => contents[tag])).toEqual(wanted.globex);
});
