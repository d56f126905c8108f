import { z } from "zod";
import { list, text } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";

const Guards = z.union([z.literal("all"), z.literal("none"), list(text("a guard", "git-clean"), "[git-clean]")], {
  error: ({ input }) => `${isNot(input, "a choice of guards")}; write all, none, or a list of names in policies/guards`,
});

export const commandGuardKeys = {
  guards: Guards.default("all").describe(
    "Commands that the agents' own hooks refuse: all, none, or names of files in policies/guards. A seat belt, not a wall.",
  ),
};
