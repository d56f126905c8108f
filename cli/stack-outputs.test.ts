import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../stack-file/user-error.ts";
import { type ExportedStack, exportStack, outputsOf, parseStack, readOutputs, readStateIds } from "./stack-outputs.ts";

const proof = {
  ...{ probes: ["shut tcp 198.51.100.1 443"], datagrams: [], mounts: [{ at: "/tmp", readOnly: false }], scratch: [] },
  ...{ user: "1000:1000", networks: 1, gpu: false },
};
const container = {
  ...{ image: "i", user: "0:0", capabilities: [], mounts: {}, networks: [], published: [], gpu: "none" },
  ...{ seccomp: "s", limits: { memory: "1MiB" } },
};
const posture = {
  ...{ client: "acme", profile: "standard", egress: {}, endpoints: {} },
  containers: { agent: container, gateway: container },
};
const stack = {
  urn: "urn::acme",
  type: "pulumi:pulumi:Stack",
  outputs: { posture, policyHash: "h" },
};
const step = (told: unknown, more = {}) => ({ urn: "urn::acme-canary-prove", inputs: { stdin: told }, ...more });
const of = (...resources: object[]) => outputsOf({ deployment: { resources } } as ExportedStack, "acme");

test("what is proven of a client is what the step that proved it last was told, as the state keeps it", () => {
  const told = JSON.stringify({ client: "acme", proof });
  const before = step(JSON.stringify({ proof: { ...proof, probes: [] } }), { delete: true });
  expect(of(stack, before, step(told))).toEqual({ posture, policyHash: "h", proof });
});

test.each<[string, object[]]>([
  ["nothing", []],
  ["no step that proves", [stack]],
  ["a step without words", [stack, step(undefined)]],
  ["a step of another version", [stack, step(JSON.stringify({ proof: { probes: [] } }))]],
  ["a step whose words are cut off", [stack, step(JSON.stringify({ proof }).slice(0, 40))]],
  ["no outputs", [{ ...stack, outputs: {} }, step(JSON.stringify({ proof }))]],
  [
    "a posture of another version",
    [
      {
        ...stack,
        outputs: { posture: { ...posture, containers: { agent: { ...container, limits: "1" } } }, policyHash: "h" },
      },
      step(JSON.stringify({ proof })),
    ],
  ],
])("a stack with %s says nothing", (_what, resources) => {
  expect(of(...resources)).toBeUndefined();
});

test("no output of the program is data as text, of which Pulumi prints a line for each word", () => {
  expect(readFileSync(join(__dirname, "../index.ts"), "utf8")).not.toContain("JSON.stringify");
});

test("a warning before the stack is no part of it, and what is no stack is said in one sentence", () => {
  expect(parseStack('warning: old version\n{"deployment": {}}\n')).toEqual({
    seen: { deployment: {} },
  });
  for (const text of ["", "warning: nothing", '{"deployment": ', "<html>"])
    expect(parseStack(text)).toEqual({ unseen: expect.stringMatching(/^pulumi stack export says no stack, but "/) });
  expect(parseStack('{"deployment": {"resources": "none"}}')).toEqual({
    unseen: expect.stringMatching(/but one that this version does not know \(deployment\.resources: /),
  });
});

describe("a pulumi", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "agent-sandbox-pulumi-"));
    mkdirSync(join(root, "bin"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const pulumi = (script: string) => writeFileSync(join(root, "bin/pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  test("that has no such stack knows of nothing, and there is nothing to compare with", async () => {
    pulumi("echo \"error: no stack named 'acme' found\" >&2; exit 255");
    expect(await readStateIds(root, "acme")).toEqual(new Set());
    await expect(readOutputs(root, "acme")).rejects.toThrow(/there is no stack acme here; make it: pulumi up/);
  });

  test.each([
    [
      "fails",
      "echo 'error: could not decrypt' >&2; exit 255",
      /could not be seen: pulumi stack export: error: could not/,
    ],
    ["prints a page", "echo '<html>'", /could not be seen: pulumi stack export says no stack, but "<html>"/],
    ["is not there", "exit 0; }", /could not be seen: /],
  ])("that %s is not taken for one that knows of nothing", async (_what, script, why) => {
    pulumi(script);
    for (const read of [readStateIds, readOutputs]) {
      const failure = await read(root, "acme").then(String, (error: unknown) => error);
      expect(failure).toBeInstanceOf(UserError);
      expect((failure as UserError).message).toMatch(why);
      expect((failure as UserError).message).not.toContain("\n");
    }
  });

  test("that gives no answer is ended, and told", async () => {
    pulumi("exec sleep 30");
    expect(await exportStack(root, "acme", 0.2)).toEqual({
      unseen: expect.stringMatching(/^pulumi stack export gave no answer in 0\.2 s\. See whether/),
    });
  });
});
