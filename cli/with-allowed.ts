import { isDeepStrictEqual } from "node:util";
import { type AllowedItem, addAllowed } from "../stack-file/add-allowed.ts";
import { configOf } from "../stack-file/config.ts";
import { UserError } from "../stack-file/user-error.ts";
import { parseYaml } from "../stack-file/yaml.ts";

/**
 * A stack file's text with more lines in `egress.allow`, all else as it was, comments too.
 * @param file its name, for messages
 * @throws UserError with the lines, where the file has no place for them that a program finds
 */
export function withAllowed(file: string, before: string, items: readonly AllowedItem[]): string {
  const after = addAllowed(before, items);
  // Read back: that the text says what it should is seen, and not believed.
  if (after !== undefined && isDeepStrictEqual(allowedIn(after), [...allowedIn(before), ...items])) return after;
  throw noPlace(file, items);
}

/** What is said where only a person can add lines. */
export function noPlace(file: string, items: readonly AllowedItem[]): UserError {
  return new UserError(2, [
    `${file} is written in a way that no line can be added to by a program; add to egress.allow by hand:`,
    ...items.map((item) => `  - ${JSON.stringify(item)}`),
  ]);
}

/** The lines of `egress.allow` that a stack file has. */
export function allowedIn(text: string): unknown[] {
  const { egress } = configOf(parseYaml(text)) as { egress?: { allow?: unknown } };
  return Array.isArray(egress?.allow) ? egress.allow : [];
}
