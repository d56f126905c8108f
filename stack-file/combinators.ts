import { z } from "zod";
import { suggest } from "./problem.ts";

// What the keys of every capability are made of: each says what was given, what is allowed, and how to write it.

/** A word that cannot be empty. */
export const text = (what: string, example: string) =>
  z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not ${what}; write it like ${example}` })
    .min(1, { error: () => `is empty; write ${what} like ${example}` });

/** Text of one form; what does not have it is told with what it should be. */
export function matching(pattern: RegExp, what: string) {
  const error = (issue: { input?: unknown }) => `${JSON.stringify(issue.input)} is not ${what}`;
  return z.string({ error }).regex(pattern, { error });
}

/** A list; the example is shown where the value is none. */
export const list = <Item extends z.ZodType>(item: Item, example: string) =>
  z.array(item, { error: (issue) => `${JSON.stringify(issue.input)} is not a list; write it like ${example}` });

/** One of a few words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not one of ${words.join(", ")}.${typeof issue.input === "string" ? suggest(issue.input, words) : ""}`,
  });

/** An object that knows its keys: an unknown one is an error that names the nearest known key, a line each (`describeIssue`). */
export function keys<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).sort();
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys
            .map((key) => `"${key}" is not a key here.${suggest(key, known)} Allowed: ${known.join(", ")}`)
            .join("\n")
        : `is not a mapping with the keys ${known.join(", ")}`,
  });
}
