import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWhen } from "../posture.ts";
import { broughtUp, readHistory } from "./history.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-brought-up-"));
  mkdirSync(join(root, "bin"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
/** Asks a pulumi that prints this. */
const asked = (printed: string, end = "") => {
  writeFileSync(join(root, "printed"), printed);
  writeFileSync(join(root, "bin/pulumi"), `#!/bin/sh\ncat printed\n${end}\n`, { mode: 0o755 });
  return broughtUp(root, "acme");
};
const entry = (kind: string, result: string, day: number) => ({
  ...{ kind, result, startTime: "2026-11-01T00:00:00.000Z", endTime: `2026-11-0${day}T09:00:05.000Z` },
});

test("the last up is the newest that went well, and no refresh", async () => {
  const all = [entry("refresh", "succeeded", 4), entry("update", "failed", 3), entry("update", "succeeded", 2)];
  const text = JSON.stringify([...all, entry("update", "succeeded", 1)]);
  expect(await asked(`warning: old\n${text}`)).toEqual({ seen: "2026-11-02T09:00:05Z" });
  expect(await asked("")).toEqual({ seen: undefined });
  expect(await asked("[]")).toEqual({ seen: undefined });
});

test("a stack that has no history has an empty one, also for who keeps all of it", async () => {
  await asked("");
  expect(await readHistory(root, "acme")).toEqual({ seen: "[]" });
  await asked("", "exit 6");
  expect(await readHistory(root, "acme")).toEqual({ seen: undefined });
});

test("a history that cannot be read is told as that", async () => {
  for (const look of [await asked('[{"kind": 1}]'), await asked("[", ""), await asked("", "echo broken >&2; exit 1")])
    expect(look).toEqual({ unseen: expect.stringMatching(/^pulumi stack history/) });
});

test("a posture says of which moment it is, or why nobody knows", () => {
  expect(describeWhen("acme", { seen: "2026-11-02T09:00:05Z" })).toBe("acme, by its last up: 2026-11-02 09:00:05 UTC");
  expect(describeWhen("acme", { seen: undefined })).toContain("is not in the stack's history");
  expect(describeWhen("acme", { unseen: "no answer" })).toContain("could not be seen: no answer");
});
