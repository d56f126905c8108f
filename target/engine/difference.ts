import type { Class } from "../../plan/review/compare.ts";

/** How something on the engine differs from what was planned, and whether the sandbox has more by it, in the words of a review. */
export interface Difference {
  class: Class;
  /** A sentence's end: `capability CAP_NET_ADMIN is not planned`. */
  says: string;
}

export const widens = (says: string): Difference => ({ class: "widens", says });
export const narrows = (says: string): Difference => ({ class: "narrows", says });
/** Nobody could say that it gives nothing. */
export const unordered = (says: string): Difference => ({ class: "unordered", says });
export const neutral = (says: string): Difference => ({ class: "neutral", says });

/** What is there beyond the plan, and what of the plan is not. @param classes of each; of rights the first is wider and the second narrower */
export function differences(
  what: string,
  planned: readonly string[],
  found: readonly string[],
  classes: { more: Class; less: Class } = { more: "widens", less: "narrows" },
): Difference[] {
  return [
    ...found
      .filter((one) => !planned.includes(one))
      .map((one) => ({ class: classes.more, says: `${what} ${one} is not planned` })),
    ...planned
      .filter((one) => !found.includes(one))
      .map((one) => ({ class: classes.less, says: `${what} ${one} is missing` })),
  ];
}
