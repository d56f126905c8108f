import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CatalogueError, readYaml } from "../../../host/catalogue-file.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import { ATTACKERS, ClassSchema, type Expected, type Technique, type TechniqueClass } from "./technique.ts";

const ROOT = join(import.meta.dirname, "../../..");
const AT = "test/engine/attack/techniques";

/**
 * Every technique the sandbox is tried with: a folder a class, a program a technique. What changes the ground it stands on comes last.
 * @throws on a file whose header is none, with all of them: a technique that is not understood would not be tried
 */
export function readTechniques(): TechniqueClass[] {
  const problems: Problem[] = [];
  const classes = readdirSync(join(ROOT, AT))
    .sort()
    .flatMap((folder) => readClass(folder, problems) ?? []);
  if (problems.length > 0) throw new CatalogueError(problems);
  return classes.sort((a, b) => Number(a.alone === "last") - Number(b.alone === "last"));
}

function readClass(folder: string, problems: Problem[]): TechniqueClass | undefined {
  const found = readYaml(ROOT, join(AT, folder, "class.yaml"), ClassSchema, problems);
  const techniques = readdirSync(join(ROOT, AT, folder))
    .filter((file) => file !== "class.yaml")
    .sort()
    .flatMap((file) => {
      try {
        return [readTechnique(`${folder}/${file}`, readFileSync(join(ROOT, AT, folder, file), "utf8"))];
      } catch (error) {
        problems.push({ file: `${AT}/${folder}/${file}`, path: "", message: (error as Error).message });
        return [];
      }
    });
  return found && { ...found, techniques };
}

const Header = z.strictObject({
  how: z.string(),
  expect: z.string().transform((text, context): Expected => {
    const [word, ...more] = text.split(" ");
    if ((word === "shut" || word === "open") && more.length === 0) return word;
    if (word === "refused" && more.length === 2) return { refused: { kind: more[0]!, reason: more[1]! } };
    const who = z.array(z.enum(ATTACKERS)).min(1).safeParse(more.slice(1));
    if (word === "open" && more[0] === "for" && who.success) return { openFor: who.data };
    context.addIssue("is not shut, open, refused KIND REASON, or open for ATTACKER...");
    return z.NEVER;
  }),
  unseen: z.string().optional(),
});

/**
 * Reads a program's header: the docstring that it begins with, a line a key.
 * @param at CLASS/ID.py
 */
export function readTechnique(at: string, text: string): Technique {
  const [, path, id] = /^([a-z0-9-]+\/([a-z0-9-]+))\.py$/.exec(at) ?? [];
  if (!path || !id) throw new Error("is no technique; its name ends in .py, and is small letters, digits and dashes");
  const [, head, code] = /^"""\n(.*?)\n"""\n(.*)$/s.exec(text) ?? [];
  if (head === undefined || code === undefined) throw new Error('does not begin with a header between lines of """');
  const said = head.split("\n").map((line) => /^([a-z]+): (.+)$/.exec(line)?.slice(1) ?? [line, ""]);
  const { data, error } = Header.safeParse(Object.fromEntries(said));
  if (error) throw new Error(error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()).join("; "));
  const { expect: expected, ...header } = data;
  return { id, at: path, ...header, expected, code };
}
