import { list, oneOf } from "../../stack-file/combinators.ts";

/** Limits that an engine may take and not hold, by their keys. */
export const ACCEPTABLE = ["limits.cpus", "limits.memory", "limits.pids"] as const;

export const acceptKeys = {
  accept: list(oneOf(ACCEPTABLE), "[limits.memory, limits.pids]")
    .default([])
    .describe("Limits that may be missing where the engine cannot hold them. Without the word, `up` is refused there."),
};
