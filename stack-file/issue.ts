import type { z } from "zod";
import { keyPath, type Problem } from "./problem.ts";

/** The problems behind one zod issue. Of a union, the branch that came furthest tells what is wrong. */
export function describeIssue(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === "invalid_union") {
    const deeper = issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0));
    if (deeper) return deeper.flatMap((inner) => describeIssue(inner, path));
  }
  // Of a catalogue's file, whose keys have no names of their own to suggest.
  if (issue.code === "unrecognized_keys" && issue.message.startsWith("Unrecognized key"))
    return issue.keys.map((key) => ({ path: keyPath([...path, key]), message: "is not a key here; remove it" }));
  if (issue.code === "invalid_key") return issue.issues.flatMap((inner) => describeIssue(inner, path));
  return issue.message.split("\n").map((message) => ({
    path: keyPath(path),
    // Of a key that is not there, messages would say that `undefined` is not this or that.
    message: message.replace(/^undefined is not ([^;]+)/, "is missing: it is $1"),
  }));
}
