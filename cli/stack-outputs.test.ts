import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExportedStack, outputsOf, parseStack } from "./stack-outputs.ts";

const proof = { probes: ["shut tcp 198.51.100.1 443"], datagrams: [], mounts: [] };
const stack = {
  urn: "urn::acme",
  type: "pulumi:pulumi:Stack",
  outputs: { posture: { client: "acme" }, policyHash: "h" },
};
const step = (told: unknown, more = {}) => ({ urn: "urn::acme-canary-prove", inputs: { stdin: told }, ...more });
const of = (...resources: object[]) => outputsOf({ deployment: { resources } } as ExportedStack, "acme");

test("what is proven of a client is what the step that proved it last was told, as the state keeps it", () => {
  const told = JSON.stringify({ client: "acme", proof });
  const before = step(JSON.stringify({ proof: { ...proof, probes: [] } }), { delete: true });
  expect(of(stack, before, step(told))).toEqual({ posture: { client: "acme" }, policyHash: "h", proof });
});

test.each<[string, object[]]>([
  ["nothing", []],
  ["no step that proves", [stack]],
  ["a step without words", [stack, step(undefined)]],
  ["a step of another version", [stack, step(JSON.stringify({ proof: { probes: [] } }))]],
  ["no outputs", [{ ...stack, outputs: {} }, step(JSON.stringify({ proof }))]],
])("a stack with %s says nothing", (_what, resources) => {
  expect(of(...resources)).toBeUndefined();
});

test("no output of the program is data as text, of which Pulumi prints a line for each word", () => {
  expect(readFileSync(join(__dirname, "../index.ts"), "utf8")).not.toContain("JSON.stringify");
});

test("a warning before the stack is no part of it, and what is no stack is said in one sentence", () => {
  expect(parseStack('warning: old version\n{"deployment": {}}\n')).toEqual({ deployment: {} });
  for (const text of ["", "warning: nothing", '{"deployment": ', "<html>"])
    expect(() => parseStack(text)).toThrow(/^pulumi stack export says no stack, but "/);
});
