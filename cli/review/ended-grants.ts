import type { Declared } from "../../capabilities/capability.ts";
import { judgeEnds } from "../../capabilities/grants/judge.ts";
import type { PostureFact } from "../../plan/review/fact.ts";

/** Grants of a client that are over by now, a line each: what a review says that they open, they open no more. @param before what the other side has */
export function endedGrants(declared: Declared | undefined, before: readonly PostureFact[]): string[] {
  if (!declared) return [];
  const { problems, warnings } = judgeEnds(declared.spec, Date.now(), before);
  return [...problems, ...warnings].map(({ path, message }) => `${path}: ${message}`);
}
