/** What a person wrote, as messages repeat it: in quotes and on one line where it is text, whatever letters are in it. */
export function quoted(input: unknown): string {
  // JSON knows no other numbers (`.nan` and `.inf` of YAML), and has nothing for what is not there.
  return typeof input === "number" ? String(input) : (JSON.stringify(input) ?? String(input));
}

/** The beginning of a message on a value that is another than `what`, or that is not there. */
export function isNot(input: unknown, what: string): string {
  return input === undefined ? `is missing: it is ${what}` : `${quoted(input)} is not ${what}`;
}
