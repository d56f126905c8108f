import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseProtected, refuseProtectedByState } from "./protection.ts";
import { stateResources } from "./pulumi/state.ts";

let root: string;
const { AGENT_SANDBOX_FILES } = process.env;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-protection-"));
  mkdirSync(join(root, "stacks"));
  mkdirSync(join(root, ".pulumi/stacks/agent-sandbox"), { recursive: true });
  process.env.AGENT_SANDBOX_FILES = root;
});
afterEach(() => {
  if (AGENT_SANDBOX_FILES === undefined) delete process.env.AGENT_SANDBOX_FILES;
  else process.env.AGENT_SANDBOX_FILES = AGENT_SANDBOX_FILES;
  rmSync(root, { recursive: true, force: true });
});

test.each([
  [
    "config:\n  agent-sandbox:protect: true\n",
    /^acme is protected by `protect: true` in stacks\/Pulumi\.acme\.yaml: nothing was removed\. Take/,
  ],
  ['config: {"agent-sandbox:protect": "true"}\n', /^acme is protected/],
  ["config: {&a agent-sandbox:protect: true}\n", /^acme is protected/],
  [
    "config: {agent-sandbox:protect: yes}\n",
    /protect: "yes" is not true or false, so whether acme is protected is not known/,
  ],
  ["config: {agent-sandbox:protect: [true]}\n", /protect: \[true\] is not true or false/],
  ["config: {agent-sandbox:protect: {secure: AAAA}}\n", /protect: \{"secure":"AAAA"\} is not true or false/],
  ["config: {agent-sandbox:protect: true\n", /is not YAML, and has the word protect in it\. Mend it, or take it away/],
])("a stack file that protects, or may, refuses a removal: %j", (text, why) => {
  writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), text);
  expect(() => refuseProtected(root, "acme")).toThrow(why);
});

test.each([
  undefined,
  "config: {agent-sandbox:protect: false}\n",
  'config: {agent-sandbox:protect: "false"}\n',
  "config: {agent-sandbox:protect: }\n",
  "config: {}\n",
  "",
  "config: {a: b\n",
])("one that does not, or is not there, refuses nothing: %j", (text) => {
  if (text !== undefined) writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), text);
  expect(() => refuseProtected(root, "acme")).not.toThrow();
});

test("what the last up protected is refused, whatever the file says", async () => {
  const state = (resources: object[]) =>
    writeFileSync(
      join(root, ".pulumi/stacks/agent-sandbox/acme.json"),
      JSON.stringify({ version: 3, checkpoint: { stack: "acme", latest: { resources } } }),
    );
  state([{ urn: "a" }, { urn: "b", protect: true }]);
  const refuse = async () => refuseProtectedByState("acme", await stateResources(root, "acme"));
  await expect(refuse()).rejects.toThrow(
    "acme is protected by its last up: nothing was removed. Take `protect: true` out of its stack file, run `pulumi up --stack acme`, then the same command again",
  );
  state([{ urn: "a", protect: false }]);
  await expect(refuse()).resolves.toBeUndefined();
});
