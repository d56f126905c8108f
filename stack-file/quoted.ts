/** What a person wrote, as messages repeat it: in quotes and on one line where it is text, whatever letters are in it. */
export function quoted(input: unknown): string {
  return withoutPassword(asText(input));
}

function asText(input: unknown): string {
  // JSON knows no other numbers (`.nan` and `.inf` of YAML), and has nothing for what is not there.
  return typeof input === "number" ? String(input) : (JSON.stringify(input) ?? String(input));
}

/** Of `ssh://joe:hunter2@box` what a person has to recognise: the word behind the user is a password, and messages go into logs. */
function withoutPassword(text: string): string {
  return text.replace(/(\/\/[^\s/:@"]*:)[^\s/"]+@/g, "$1…@");
}

/** The beginning of a message on a value that is another than `what`, or that is not there. */
export function isNot(input: unknown, what: string): string {
  return input === undefined ? `is missing: it is ${what}` : `${quoted(input)} is not ${what}`;
}
