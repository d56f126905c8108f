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
  const found = issues.filter(isFirst).flatMap((issue): Mistake[] => {
    const at = [...base, ...issue.path];
    if (issue.code === "invalid_union") {
      const [furthest] = issue.errors.filter(isOfItsForm).sort((a, b) => nearness(a) - nearness(b));
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

/** How near a branch of a union stopped: by mistakes in the keys of the value itself first, then by those deeper in it. The lower came further. */
function nearness(branch: readonly z.core.$ZodIssue[]): number {
  const mistakes = findMistakes(branch);
  return mistakes.filter(({ at }) => at.length <= 1).length * 1000 + mistakes.length;
}

/** What has a wrong type is told as that: zod goes on to count the items of a list that stands where a text belongs. */
function isFirst({ path }: z.core.$ZodIssue, index: number, all: readonly z.core.$ZodIssue[]): boolean {
  return !all.slice(0, index).some((one) => one.code === "invalid_type" && keyPath(one.path) === keyPath(path));
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
