/** What a person wrote, as messages repeat it: in quotes and on one line where it is text, whatever letters are in it. */
export function quoted(input: unknown): string {
  // JSON knows no other numbers (`.nan` and `.inf` of YAML), and has nothing for what is not there.
  return typeof input === "number" ? String(input) : (JSON.stringify(input) ?? String(input));
}

/** The same for a message and nothing else: an address that was pasted may have a password in it, between the colon behind a user and the last @. */
export function shown(input: unknown): string {
  return quoted(input).replace(/(:\/\/[^:@\s]*:).*@/s, "$1…@");
}

/** The beginning of a message on a value that is another than `what`, or that is not there. */
export function isNot(input: unknown, what: string): string {
  return input === undefined ? `is missing: it is ${what}` : `${shown(input)} is not ${what}`;
}
