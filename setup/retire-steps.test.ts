import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { retireSteps } from "./retire-steps.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-retire-"));
const checkpoint = join(folder, "acme.json");
afterAll(() => rmSync(folder, { recursive: true }));

test("the undo of a program that is not there any more is let go, and nothing else of the state changes", () => {
  const step = (undo?: string) => ({
    type: "command:local:Command",
    inputs: { create: ":", ...(undo && { delete: undo }) },
  });
  const resources = [
    step("node components/steps/wipe.ts"),
    step("components/steps/of-before.sh"),
    step(),
    { type: "x" },
  ];
  writeFileSync(checkpoint, JSON.stringify({ version: 4, checkpoint: { latest: { resources } } }), { mode: 0o600 });
  expect(retireSteps(checkpoint, process.cwd())).toBe(1);
  expect(JSON.parse(readFileSync(checkpoint, "utf8")).checkpoint.latest.resources).toEqual([
    resources[0],
    { ...resources[1], retainOnDelete: true },
    ...resources.slice(2),
  ]);
  expect(statSync(checkpoint).mode & 0o777).toBe(0o600);
  const before = statSync(checkpoint).ino;
  expect(retireSteps(checkpoint, process.cwd())).toBe(0);
  expect(statSync(checkpoint).ino).toBe(before);
});

test.each(["{", "null", '{"checkpoint":null}', '{"checkpoint":{"latest":{"resources":null}}}', "[3]"])(
  "a state that says %s has no steps, and is left to pulumi",
  (text) => {
    writeFileSync(checkpoint, text);
    expect(retireSteps(checkpoint, process.cwd())).toBe(0);
    expect(readFileSync(checkpoint, "utf8")).toBe(text);
  },
);
