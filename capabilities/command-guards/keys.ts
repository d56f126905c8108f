import { z } from "zod";

const Guards = z.union([z.literal("all"), z.literal("none"), z.array(z.string())], {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a choice of guards; write all, none, or a list of names in policies/guards`,
});

export const commandGuardKeys = {
  guards: Guards.default("all").describe(
    "Commands that the agents' own hooks refuse: all, none, or names of files in policies/guards. A seat belt, not a wall.",
  ),
};
