/** JSON in ASCII: a terminal that is shown it meets nothing that steers it, and a program reads what was there. @param indent blanks of each level; without it all is one line */
export function asciiJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[^\n -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
