import { z } from "zod";
import { keys, list, oneOf } from "../../stack-file/combinators.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";
import { isBelow, segments } from "../../stack-file/relative-path.ts";
import { EVERY_LEVEL } from "./pattern.ts";

const Pattern = z
  .string({ error: ({ input }) => `${isNot(input, "a path")}; write it like .git/hooks or .env*` })
  .superRefine((path, context) => {
    const refused = refusePattern(path);
    if (refused) context.addIssue(refused);
  });

function refusePattern(path: string): string | undefined {
  if (!/^[A-Za-z0-9._/*@+-]+$/.test(path) || !isBelow(path))
    return `${quoted(path)} is not a path below the workspace: letters, digits, ._-/ and * within a name, like .git/hooks or .env*`;
  const names = segments(path);
  if (names.some((name) => name !== EVERY_LEVEL && name.includes(EVERY_LEVEL)))
    return `"${path}" has ** inside a name; ** alone between slashes is every level, * any text within a name: write **/.env* or .env*`;
  if (names.at(-1) === EVERY_LEVEL)
    return `"${path}" ends in **, which names no place; name a directory, and all in it is masked: ${path.replace(/\/?\*\*$/, "") || "docs"}`;
  return undefined;
}

/** What of the workspace the agent may not change, or not even see; `writable` takes away what is masked by default. */
export const Mask = z.union(
  [
    Pattern.transform((path) => ({ path, as: "readonly" as const })),
    keys({
      path: Pattern.describe("A place below the workspace: .git/hooks, .env*, **/secrets."),
      as: oneOf(["readonly", "empty", "writable"]).describe("What the agent has there."),
    }),
  ],
  {
    error: ({ input }) =>
      (typeof input === "string" && refusePattern(input)) ||
      `${isNot(input, "a mask")}; write a path (.git/hooks) or {path: ".env*", as: empty}`,
  },
);

export const maskKeys = {
  masks: list(Mask, '[.git/hooks, {path: ".env*", as: empty}]')
    .default([])
    .describe(
      "What of the workspace the agent may not change (readonly) or not see (empty), besides the hooks of its git repositories, which are read-only; `**` is every level. It holds for what is there when the agent is placed. writable takes a mask away: with it, what the agent writes into hooks runs on the host.",
    ),
};
