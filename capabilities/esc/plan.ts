import { rights } from "../../plan/review/topic.ts";
import type { Capability } from "../capability.ts";

/**
 * Pulumi ESC environments of the stack. They give values of secrets and variables to the program, and nothing else: a config that differs from the stack file is
 * refused (`stack-file/given.ts`). Whoever may write such an environment has a part in each `up`, which is why naming one is told as a right.
 */
export const esc: Capability = {
  topics: { esc: rights() },
  posture: ({ spec }) =>
    spec.esc.map((about) => ({ topic: "esc", about, says: "its variables and secrets are in each up", key: "esc" })),
};
