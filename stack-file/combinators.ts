import { z } from "zod";
import { printable } from "./printable.ts";
import { suggest } from "./problem.ts";
import { isNot, quoted } from "./quoted.ts";

// What stack files and the project's catalogues are made of: each says what was given, what is allowed, and how to write it.

/** A word that cannot be empty. */
export const text = (what: string, example: string) =>
  z
    .string({ error: ({ input }) => `${isNot(input, what)}; write it like ${example}` })
    .min(1, { abort: true, error: () => `is empty; write ${what} like ${example}` });

/** A path of the host. Any name is one but what reads otherwise than it is (stack-file/printable.ts): it would be another place in a review than on the host. */
export const place = (what: string, example: string) =>
  text(what, example).refine((path) => printable(path) === path, {
    error: ({ input }) =>
      `${quoted(input)} has a letter that ends its line, or that no terminal shows as it is; rename it on the host, and write ${what} like ${example}`,
  });

/** Text of any length, none included: what a file holds. */
export const content = (what: string) =>
  z.string({ error: ({ input }) => `${isNot(input, what)}; write it as text${inQuotes(input)}` });

/** Text of one form; what does not have it is told with what it should be. */
export function matching(pattern: RegExp, what: string) {
  const error = ({ input }: { input?: unknown }) => {
    const fits = typeof input !== "string" && pattern.test(String(input));
    return `${isNot(input, what)}${fits ? inQuotes(input) : ""}`;
  };
  return z.string({ error }).regex(pattern, { error });
}

/** YAML reads `1` and `true` as no text. */
function inQuotes(input: unknown): string {
  return typeof input === "number" || typeof input === "boolean" ? `; in quotes it is text: "${input}"` : "";
}

/** A day, as ISO writes it. @param what it is, as `the day …`: of one that is to come the example is, too */
export const day = (what: string, example = "2026-11-21") =>
  z.iso.date({ error: ({ input }) => `${isNot(input, what)}; write it like ${example}` });

/** A day of a stack file: of one without quotes Pulumi (3.259) makes the midnight that it begins with, `2026-11-21 00:00:00 +0000 UTC`. */
export const dayInStack = (what: string) =>
  z.preprocess(
    (given) =>
      typeof given === "string" ? given.replace(/^(\d{4}-\d\d-\d\d)(T00:00:00Z| 00:00:00 \+0000 UTC)$/, "$1") : given,
    day(what, "2027-01-31"),
  );

/** A number without decimals, from the least on. */
export function whole(what: string, least: number, example: string) {
  const error = ({ input }: { input?: unknown }) => `${isNot(input, what)}; write it like ${example}`;
  return z
    .int({ error })
    .min(least, { error: ({ input }) => `${quoted(input)} is below ${least}, the least that ${what} can be` });
}

/** A list; the example is shown where the value is none. */
export const list = <Item extends z.ZodType>(item: Item, example: string) =>
  z.array(item, { error: ({ input }) => `${isNot(input, "a list")}; write it like ${example}` });

/** A list that holds something. */
export const oneOrMore = <Item extends z.ZodType>(item: Item, example: string) =>
  list(item, example).min(1, { error: () => `is empty; write at least one, like ${example}` });

/** One of a few words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, {
    error: ({ input }) =>
      `${isNot(input, `one of ${words.join(", ")}`)}.${typeof input === "string" ? suggest(input, words) : ""}`,
  });

/** A mapping whose keys are the file's own. What was given is not repeated: it may hold a secret. */
export const mapping = <Key extends z.ZodType<string, string>, Value extends z.ZodType>(
  key: Key,
  value: Value,
  what: string,
  example: string,
) =>
  z.record(key, value, {
    error: ({ input }) =>
      `${input === undefined ? "is missing: it is" : "is not"} a mapping of ${what}; write it like ${example}`,
  });

/**
 * An object that knows its keys. Of one that is not known its message has all that are, for `findMistakes` to tell each unknown key by
 * its own path; what was given is not repeated: it may hold a secret.
 * @param instead what is said of what is no mapping; without one, which keys it should have
 */
export function keys<Shape extends z.ZodRawShape>(shape: Shape, instead?: string) {
  const known = Object.keys(shape).sort().join(KNOWN);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys") return known;
      if (instead !== undefined) return instead;
      const what = `a mapping with the key${Object.keys(shape).length === 1 ? "" : "s"} ${known}`;
      if (issue.input === null) return `is empty; write ${what}`;
      return `${issue.input === undefined ? "is missing: it is" : "is not"} ${what}`;
    },
  });
}

/** Between the known keys in a message of `keys`. */
export const KNOWN = ", ";
