import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDeployed } from "../../plan/deployed.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { parseOutputs, readOutputs } from "./outputs.ts";
import { exportStack, parseStack, readStateIds } from "./state.ts";

const container = {
  ...{ image: "i", user: "0:0", capabilities: [], mounts: {}, networks: [], published: [], gpu: "none" },
  ...{ seccomp: "s", limits: { memory: "1MiB" } },
};
const left = {
  facts: [{ topic: "profile", about: "", says: "standard", key: "profile" }],
  policyHash: "h",
  containers: { agent: container, gateway: container },
  proof: { probes: [], datagrams: [], mounts: [], scratch: [], user: "1000:1000", networks: 1, gpu: false },
};
/** What pulumi prints of a client's outputs. */
const printed = (outputs: object) => JSON.stringify(outputs, null, 2);

test("no output of the program is data as text, of which Pulumi prints a line for each word", () => {
  expect(readFileSync(join(__dirname, "../../program.ts"), "utf8")).not.toContain("JSON.stringify");
});

test("a warning before outputs is no part of them, and what is no outputs is said in one sentence", () => {
  expect(parseOutputs('warning: {old} version\n{\n  "deployed": "{}"\n}\n')).toEqual({ seen: { deployed: "{}" } });
  expect(parseOutputs("{}")).toEqual({ seen: {} });
  for (const text of ["", "warning: nothing", '{"deployed": ', "<html>\n</html>", "[]", "null"])
    expect(parseOutputs(text)).toEqual({
      unseen: expect.stringMatching(/^pulumi stack output says no outputs, but "/),
    });
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
  /** One that prints this, and keeps what it was asked. */
  const prints = (text: string) => {
    writeFileSync(join(root, "outputs"), text);
    pulumi('echo "$*" >asked; cat outputs');
  };
  const failureOf = async (read: typeof readStateIds | typeof readOutputs): Promise<UserError> => {
    const failure = await read(root, "acme").then(String, (error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).not.toContain("\n");
    return failure as UserError;
  };

  test("says what the last up of a client left, which is an output that it keeps from people", async () => {
    prints(`warning: old version\n${printed({ agents: ["claude"], deployed: writeDeployed(left) })}\n`);
    expect(await readOutputs(root, "acme")).toEqual({ version: 1, ...left });
    expect(readFileSync(join(root, "asked"), "utf8")).toBe(
      "stack output --stack acme --json --show-secrets --non-interactive\n",
    );
  });

  test.each<[string, object, RegExp]>([
    ["was not brought up, or is destroyed", {}, /is not known: it has not been brought up; run `agentbox up acme`$/],
    ["another version placed", { posture: {}, policyHash: "h" }, /: another version of this program placed it; run /],
    ["has outputs that are cut off", { deployed: writeDeployed(left).slice(0, 40) }, /is not JSON; run /],
    ["was read without its secrets", { deployed: "[secret]" }, /is not JSON; run /],
  ])("that tells of a stack that %s says so, and what to run", async (_what, outputs, why) => {
    prints(printed(outputs));
    expect((await failureOf(readOutputs)).message).toMatch(why);
  });

  test("that has no such stack knows of nothing, and there is nothing to compare with", async () => {
    pulumi("echo \"error: no stack named 'acme' found\" >&2; exit 6");
    expect(await readStateIds(root, "acme")).toEqual(new Set());
    // Without a file nothing could make one.
    expect((await failureOf(readOutputs)).message).toBe("there is no stacks/Pulumi.acme.yaml. Clients: none");
    mkdirSync(join(root, "stacks"));
    writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), "");
    expect((await failureOf(readOutputs)).message).toBe(
      "acme is not up: there is no stack acme here; `agentbox up acme` brings it up",
    );
  });

  test("that tells of a stack says the ids in it", async () => {
    prints('{"deployment": {"resources": [{"urn": "a"}, {"id": "1"}, {"id": "2"}]}}');
    expect(await readStateIds(root, "acme")).toEqual(new Set(["1", "2"]));
  });

  test.each([
    [
      "fails",
      "echo 'error: could not decrypt' >&2; exit 255",
      /could not be seen: pulumi stack (export|output): error: could not/,
    ],
    [
      "prints a page",
      "echo '<html>'",
      /could not be seen: pulumi stack (export says no stack|output says no outputs), but "<html>"/,
    ],
    ["is not there", "exit 0; }", /could not be seen: /],
  ])("that %s is not taken for one that knows of nothing", async (_what, script, why) => {
    pulumi(script);
    for (const read of [readStateIds, readOutputs]) expect((await failureOf(read)).message).toMatch(why);
  });

  test("that gives no answer is ended, and told", async () => {
    pulumi("exec sleep 30");
    expect(await exportStack(root, "acme", 0.2)).toEqual({
      unseen: expect.stringMatching(/^pulumi stack export gave no answer in 0\.2 s\. See whether/),
    });
  });
});
