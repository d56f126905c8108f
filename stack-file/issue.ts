import type { z } from "zod";
import { KNOWN } from "./combinators.ts";
import { keyPath, type Problem, suggest } from "./problem.ts";

/** What a file's content is by its schema; what is wrong with it goes to `problems`, with the file and the key path. */
export function judgeFile<Schema extends z.ZodType>(
  file: string,
  content: unknown,
  schema: Schema,
  problems: Problem[],
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues.flatMap((issue) => describeIssue(issue, [])))
    problems.push({ file, path, message: path === "" ? `the file ${message}` : message });
  return undefined;
}

/** The problems behind one zod issue. Of a union, the branch that came furthest tells what is wrong. */
export function describeIssue(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === "invalid_union") {
    const deeper = issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0));
    if (deeper) return deeper.flatMap((inner) => describeIssue(inner, path));
  }
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, issue.message));
  if (issue.code === "invalid_key") return issue.issues.flatMap((inner) => describeIssue(inner, path));
  return [{ path: keyPath(path), message: issue.message }];
}

/** @param known the keys that there are, as `keys` says them */
function unknownKey(path: readonly PropertyKey[], key: string, known: string): Problem {
  const message = `is not a key here.${suggest(key, known.split(KNOWN))} Allowed: ${known}`;
  return { path: keyPath([...path, key]), message };
}
