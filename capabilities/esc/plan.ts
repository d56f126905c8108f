import type { PostureFact } from "../../plan/review/fact.ts";
import { graded } from "../../plan/review/topic.ts";
import type { Capability } from "../capability.ts";

/**
 * Pulumi ESC environments of the stack. They give values of secrets and variables to the program, and nothing else: a config that differs from the stack file is
 * refused (`stack-file/given.ts`). Whoever may write such an environment has a part in each `up`, which is why naming one is told as a right.
 */
export const esc: Capability = {
  topics: {
    esc: graded((says, than) => others(than).every((name) => others(says).includes(name)), {
      unordered: "others are before it",
    }),
  },
  posture: ({ spec }) => names(spec.esc).map((about, index, all) => fact(about, all.slice(index + 1))),
};

const GIVES = "its variables and secrets are in each up";
const UNLESS = ", unless from ";

/** Of two environments that give the same variable the later one does: each gives less with every one after it. */
function fact(about: string, later: readonly string[]): PostureFact {
  const says = later.length > 0 ? `${GIVES}${UNLESS}${later.join(", ")}` : GIVES;
  return { topic: "esc", about, says, key: "esc" };
}

/** Each once, at its last place: there it gives all that it gives before. */
function names(all: readonly string[]): string[] {
  return all.filter((name, index) => all.lastIndexOf(name) === index);
}

function others(says: string): string[] {
  return says.split(UNLESS)[1]?.split(", ") ?? [];
}
