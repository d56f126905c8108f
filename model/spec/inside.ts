import { z } from "zod";
import { keys } from "./keys.ts";

const segments = (path: string) => path.split("/");
const plain = (path: string) =>
  !path.startsWith("/") && segments(path).every((part) => part !== "" && part !== "." && part !== "..");

/** A place below the home directory of `dev`: `.vimrc`, `.config/git/config`. */
export const HomePath = z.string().refine((path) => /^[A-Za-z0-9._/-]+$/.test(path) && plain(path), {
  error: (issue) => `"${issue.input}" is not a place below the home directory; write it like .config/git/config`,
});

const Pattern = z
  .string({ error: (issue) => `${JSON.stringify(issue.input)} is not a path; write it like .git/hooks or .env*` })
  .refine((path) => /^[A-Za-z0-9._/*@+-]+$/.test(path) && plain(path), {
    error: (issue) =>
      `"${issue.input}" is not a path below the workspace: letters, digits, ._-/ and * within a name, like .git/hooks or .env*`,
  });

/** What of the workspace the agent may not change, or not even see. */
export const Mask = z.union(
  [
    Pattern.transform((path) => ({ path, as: "readonly" as const })),
    keys({
      path: Pattern,
      as: z.enum(["readonly", "empty"], {
        error: (issue) => `${JSON.stringify(issue.input)} is not one of readonly, empty`,
      }),
    }),
  ],
  {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a mask; write a path (.git/hooks) or {path: ".env*", as: empty}`,
  },
);

export const Guards = z.union([z.literal("all"), z.literal("none"), z.array(z.string())], {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a choice of guards; write all, none, or a list of names in policies/guards`,
});
