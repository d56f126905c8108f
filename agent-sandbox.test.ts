import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { AgentSandbox } from "./agent-sandbox.ts";
import { readSpec } from "./host/declared.ts";
import { converge } from "./program.ts";

/** What a program has placed, by type. */
const placed: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      placed.push(args);
      return { id: `${args.name}-id`, state: { ...args.inputs, stdout: "", stderr: "" } };
    },
    call: (args) => args.inputs,
  });
});

const value = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

test("a program that exports nothing of its sandboxes is told once, for its next up would take them for new", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
  const told = () =>
    warn.mock.calls.filter(([text]) => text.includes("export const sandboxes = AgentSandbox.outputs()"));
  for (const client of ["initech", "umbrella"]) {
    const { walls } = new AgentSandbox(client, { workspace: `/srv/${client}`, agents: ["claude"] });
    await value(walls);
  }
  while (told().length === 0) await pause(10);
  expect(told()).toHaveLength(1);
  warn.mockRestore();
});

test("a loop over clients is a fleet, under Pulumi's own mocks and without an engine", async () => {
  const fleet = ["acme", "globex"].map(
    (client) =>
      new AgentSandbox(client, { workspace: `/srv/${client}`, agents: ["claude"], egress: { allow: ["github"] } }),
  );
  for (const sandbox of fleet) expect(await value(sandbox.posture)).toMatch(/egress .*github/);
  expect(await value(fleet[0]!.agents)).toEqual(["claude"]);
  expect(await value(fleet[1]!.enter)).toBe("docker exec -it globex-agent enter claude");
  const agents = () =>
    placed.filter(
      ({ type, name }) => type === "docker:index/container:Container" && /^(acme|globex)-agent$/.test(name),
    );
  // An agent is placed after all that it waits for, and outputs that need none of it are there before.
  while (agents().length < fleet.length) await pause(10);
  expect(
    agents()
      .map(({ inputs }) => inputs.name)
      .sort(),
  ).toEqual(["acme-agent", "globex-agent"]);
  expect(Object.keys(await value(AgentSandbox.outputs()))).toEqual(expect.arrayContaining(["acme", "globex"]));
});

test("all that is wrong with a client's words is told at once, by its place in the program", async () => {
  const config = { workspace: "/srv/acme", agents: ["cluade"], egres: {} };
  const given = {
    client: "initech",
    root: __dirname,
    file: 'new AgentSandbox("initech")',
    config,
    values: new Map(),
    ...readSpec(config, undefined),
  };
  const wrong = converge({ ...given, left: Promise.resolve({ last: undefined }), asked: undefined });
  await expect(wrong).rejects.toThrow(/new AgentSandbox\("initech"\)[\s\S]*cluade[\s\S]*egres[\s\S]*2 problems/);
});
