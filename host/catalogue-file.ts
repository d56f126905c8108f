import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { describeIssue } from "../stack-file/issue.ts";
import { firstLine } from "../stack-file/printable.ts";
import { describeProblems, type Problem } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";

/**
 * Reads one file of a catalogue of this project: agents, tool sets, services, command guards, the lock. What is wrong with it goes to `problems`, with the
 * file and the key path.
 * @param file below the project's folder
 */
export function readYaml<Schema extends z.ZodType>(
  root: string,
  file: string,
  schema: Schema,
  problems: Problem[],
): z.output<Schema> | undefined {
  let raw: unknown;
  try {
    raw = parse(readFileSync(join(root, file), "utf8"));
  } catch (error) {
    problems.push({ file, path: "", message: firstLine((error as Error).message) });
    return undefined;
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  problems.push(
    ...parsed.error.issues.flatMap((issue) => describeIssue(issue, [])).map((found) => ({ ...found, file })),
  );
  return undefined;
}

/** The same of files that are named after what they hold. */
export function readNamedYaml<Schema extends z.ZodType<{ name: string }>>(
  root: string,
  folder: string,
  names: readonly string[],
  schema: Schema,
  problems: Problem[],
): z.output<Schema>[] {
  return names.flatMap((name) => {
    const file = `${folder}/${name}.yaml`;
    const read = readYaml(root, file, schema, problems);
    if (!read) return [];
    if (read.name === name) return [read];
    problems.push({ file, path: "name", message: `"${read.name}" is not the file's own name; name both the same` });
    return [];
  });
}

/** The project's own files do not hold what they should; the message names each file, key path and fix. */
export class CatalogueError extends UserError {
  constructor(problems: readonly Problem[]) {
    super(2, describeProblems(problems));
  }
}
