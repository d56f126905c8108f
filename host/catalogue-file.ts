import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { cataloguesOf } from "../setup/places.ts";
import { judgeFile } from "../stack-file/issue.ts";
import { firstLine } from "../stack-file/printable.ts";
import { describeProblems, type Problem } from "../stack-file/problem.ts";
import { isNot } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import { parseYaml } from "../stack-file/yaml.ts";

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
  return readAs({ name: "YAML", parse: parseYaml }, root, file, schema, problems);
}

/** The same of a file that npm keeps: JSON. */
export function readJson<Schema extends z.ZodType>(
  root: string,
  file: string,
  schema: Schema,
  problems: Problem[],
): z.output<Schema> | undefined {
  return readAs({ name: "JSON", parse: JSON.parse }, root, file, schema, problems);
}

/** The same of YAML files that are named after what they hold: the package's and the project's own, of which none takes the place of another. */
export function readNamedYaml<Schema extends z.ZodType<{ name: string }>>(
  root: string,
  folder: string,
  names: readonly string[],
  schema: Schema,
  problems: Problem[],
): z.output<Schema>[] {
  return names.flatMap((name) => {
    const file = `${folder}/${name}.yaml`;
    const [place = root, clash] = cataloguesOf(root).filter((place) => existsSync(join(place, file)));
    if (clash !== undefined) {
      const message = `agent-sandbox has one of this name too (${join(place, file)}); give this project's another one, in its file's name and in it`;
      problems.push({ file, path: "name", message });
      return [];
    }
    const read = readYaml(place, file, schema, problems);
    if (!read) return [];
    if (read.name === name) return [read];
    problems.push({ file, path: "name", message: `${isNot(read.name, "the file's own name")}; name both the same` });
    return [];
  });
}

/**
 * One reading of catalogues, whole or not at all.
 * @throws CatalogueError with all that `read` found wrong
 */
export function readWhole<Found>(read: (problems: Problem[]) => Found): Exclude<Found, undefined> {
  const problems: Problem[] = [];
  const found = read(problems);
  if (found === undefined || problems.length > 0) throw new CatalogueError(problems);
  return found as Exclude<Found, undefined>;
}

/** The project's own files do not hold what they should; the message names each file, key path and fix. */
export class CatalogueError extends UserError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(2, describeProblems(problems).split("\n"));
    this.problems = problems;
  }
}

/**
 * What texts were found to hold, by the schema that judged them. It is a function of the text, so nothing here can be stale: of 50 clients that name the same agents
 * and services each file is read anew, and parsed once (1.5 s of `agentbox check`).
 */
const known = new WeakMap<z.ZodType, Map<string, unknown>>();

interface Format {
  name: string;
  parse: (text: string) => unknown;
}

function readAs<Schema extends z.ZodType>(
  format: Format,
  root: string,
  file: string,
  schema: Schema,
  problems: Problem[],
): z.output<Schema> | undefined {
  const say = (message: string) => void problems.push({ file, path: "", message });
  let text: string;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch (error) {
    return say(`the file cannot be read (${(error as NodeJS.ErrnoException).code}); put it back: git checkout ${file}`);
  }
  const judged = known.get(schema) ?? new Map<string, unknown>();
  known.set(schema, judged);
  if (judged.has(text)) return judged.get(text) as z.output<Schema>;
  let content: unknown;
  try {
    content = format.parse(text);
  } catch (error) {
    return say(`the file is not ${format.name}: ${firstLine((error as Error).message).replace(/:$/, "")}. Mend it`);
  }
  const found = judgeFile(file, content, schema, problems);
  if (found !== undefined) judged.set(text, found);
  return found;
}
