import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeclaredProject } from "../declared-project.ts";
import { CORPUS, casesOf, KINDS, toldOf } from "./told.ts";

/*
 * Wrong files, and what a person reads of each, word by word: a message is changed here or nowhere. What a change is meant to change is written with
 * `GOLDEN=write`, and read in the diff as somebody would who sees this project for the first time.
 */
const project = new DeclaredProject();
afterAll(() => project.remove());

describe.each(KINDS)("%s", (kind) => {
  const file = join(CORPUS, `${kind}.txt`);
  const told = new Map<string, string>();
  afterAll(() => {
    const all = [...told].map(([name, text]) => `== ${name}\n${text}\n`).join("\n");
    if (process.env.GOLDEN === "write") writeFileSync(file, all);
    expect(all).toBe(readFileSync(file, "utf8"));
  });

  test.each(casesOf(kind))("what is wrong with %s is told in these words, all of it at once", async (name) => {
    const text = await toldOf(project, kind, name);
    told.set(name, text);
    // A case that is right, and the words of others: of the schema library, of Node and of the parser's grammar.
    expect(text).not.toMatch(/^0 problems|Invalid (input|key|option)|Too (small|big):|Unrecognized key/m);
    expect(text).not.toMatch(/undefined|\[object|ENOENT|flow-|Flow |[Ii]mplicit (map )?key|at line \d+, column/);
    if (process.env.GOLDEN !== "write") expect(readFileSync(file, "utf8")).toContain(`== ${name}\n${text}\n`);
  });
});
