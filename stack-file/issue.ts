import type { z } from "zod";
import type { Problem } from "./problem.ts";
import { sift } from "./sift.ts";

/** What a file's content is by its schema; what is wrong with it goes to `problems`, with the file and the key path. */
export function judgeFile<Schema extends z.ZodType>(
  file: string,
  content: unknown,
  schema: Schema,
  problems: Problem[],
): z.output<Schema> | undefined {
  const { good, problems: found } = sift(schema, content);
  problems.push(...inFile(file, found));
  return found.length === 0 ? good?.value : undefined;
}

/** Problems of a file's content, with the file. */
export function inFile(file: string, problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => ({ file, path, message: path === "" ? `the file ${message}` : message }));
}
