/**
 * Text of somebody else's as a terminal may have it, in one line: escapes, controls, ends of lines, marks of direction, lone surrogates and letters
 * without a meaning of their own are written out. Whatever this program and `agentbox` (host/say.ts) print goes through here; so does
 * what Pulumi prints for them (capabilities/masks/look/masks.ts takes no name that reads otherwise here).
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
  );
}

/** What another program said in several lines, as a part of one line of ours. */
export function oneLine(said: string): string {
  return said
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .join("; ");
}

/** `printable` for several lines of our own, into which texts of others were put: the ends of lines stay. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
