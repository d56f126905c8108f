import type { z } from "zod";
import { KNOWN } from "./combinators.ts";
import { keyPath, nearest } from "./problem.ts";

/** A mistake, by the keys that lead to it. */
export interface Mistake {
  at: readonly PropertyKey[];
  message: string;
  /** Of a key that is not known. */
  unknown?: true;
  /** Of such a key, the one that is near. */
  meant?: readonly PropertyKey[];
}

/** The mistakes behind zod's issues. Of a union, the branch that came furthest tells what is wrong. */
export function findMistakes(issues: readonly z.core.$ZodIssue[], base: readonly PropertyKey[] = []): Mistake[] {
  const found = firstOfEach(issues).flatMap((issue): Mistake[] => {
    const at = [...base, ...issue.path];
    if (issue.code === "invalid_union") {
      const furthest = nearestOf(issue.errors.filter(isOfItsForm));
      if (furthest) return findMistakes(furthest, at);
    }
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(at, key, issue.message));
    if (issue.code === "invalid_key") return findMistakes(issue.issues, at);
    return [{ at, message: issue.message }];
  });
  // A key that was meant is not missing, and its mapping does not lack it.
  const meant = found.flatMap(({ meant }) => (meant ? [keyPath(meant), keyPath(meant.slice(0, -1))] : []));
  return meant.length === 0 ? found : found.filter(({ at, unknown }) => unknown || !meant.includes(keyPath(at)));
}

/** The branch that came furthest; of several the first. */
function nearestOf<Branch extends readonly z.core.$ZodIssue[]>(branches: readonly Branch[]): Branch | undefined {
  if (branches.length < 2) return branches[0];
  const all = branches.map((branch) => ({ branch, near: nearness(branch) }));
  return all.sort((a, b) => a.near - b.near)[0]?.branch;
}

/** How near a branch of a union stopped: by mistakes in the keys of the value itself first, then by those deeper in it. The lower came further. */
function nearness(branch: readonly z.core.$ZodIssue[]): number {
  const mistakes = findMistakes(branch);
  return mistakes.filter(({ at }) => at.length <= 1).length * 1000 + mistakes.length;
}

/** What has a wrong type is told as that: zod goes on to count the items of a list that stands where a text belongs. */
function firstOfEach(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const wrong = new Set<string>();
  return issues.filter(({ code, path }) => {
    const at = keyPath(path);
    const first = !wrong.has(at);
    if (code === "invalid_type") wrong.add(at);
    return first;
  });
}

/** Whether a branch of a union took the value for one of its own, and refused parts of it. */
function isOfItsForm(branch: readonly z.core.$ZodIssue[]): boolean {
  return branch.length > 0 && branch.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys");
}

/** @param known the keys that there are, as `keys` says them */
function unknownKey(of: readonly PropertyKey[], key: string, known: string): Mistake {
  const near = nearest(key, known.split(KNOWN));
  return {
    ...{ at: [...of, key], unknown: true as const },
    ...(near === undefined
      ? { message: `is not a key here. Allowed: ${known}` }
      : { message: `is not a key here. Did you mean "${near}"?`, meant: [...of, near] }),
  };
}
