import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINES, readCase, render, takeTexts } from "./render.ts";

/*
 * A corpus of stack files over all keys, right and wrong, and what each leads to on both engines, byte by byte: a change of the planner's shape shows here
 * that it changes nothing else. What a change is meant to change is written with `GOLDEN=write`, and read in the diff.
 */
const [cases, expected] = ["cases", "expected"].map((name) => join(import.meta.dirname, name)) as [string, string];
const root = join(import.meta.dirname, "../..");
const names = readdirSync(cases).map((file) => file.replace(/\.yaml$/, ""));
const writes = process.env.GOLDEN === "write";
const texts = new Map<string, string>();

if (writes) rmSync(expected, { recursive: true, force: true });

describe.each(ENGINES)("on %s", (engine) => {
  test.each(names)("%s", async (name) => {
    const found = takeTexts(await render(root, readCase(cases, name), engine), texts);
    const file = join(expected, engine, `${name}.json`);
    const text = `${JSON.stringify(found, null, 1)}\n`;
    if (writes) {
      mkdirSync(join(expected, engine), { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, "utf8"));
    // Words of the schema library's own, which say neither what is allowed nor how to write it.
    expect(text).not.toMatch(/Invalid (input|key|option)|Too (small|big):|Unrecognized key/);
  });
});

test("every text is the one that was written, and there is no other", () => {
  const folder = join(expected, "texts");
  if (writes) {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of texts) writeFileSync(join(folder, `${name}.txt`), text);
  }
  const there = existsSync(folder) ? readdirSync(folder) : [];
  expect(there.sort()).toEqual([...texts.keys()].map((name) => `${name}.txt`).sort());
  for (const [name, text] of texts) expect(readFileSync(join(folder, `${name}.txt`), "utf8")).toBe(text);
});
