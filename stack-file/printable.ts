import { present } from "./present.ts";

/**
 * Text of somebody else's as a terminal may have it, in one line: escapes, controls, ends of lines, marks of direction, lone surrogates and letters
 * without a meaning of their own are written out. Whatever this program and `agentbox` (host/say.ts) print goes through here; so does
 * what Pulumi prints for them (capabilities/masks/look/masks.ts takes no name that reads otherwise here).
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, writtenOut);
}

/** A letter by its number. */
export function writtenOut(letter: string): string {
  return `\\u{${present(letter.codePointAt(0), "a letter").toString(16)}}`;
}

/** What another program said in several lines, as a part of one line of ours. */
export function oneLine(said: string): string {
  return said
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .join("; ");
}

/** What programs that say several lines begin with: the mistake, before their picture of the place. */
export function firstLine(said: string): string {
  return said.replace(/\n[\s\S]*/, "");
}

/** What programs that say several lines end with: what stopped them. */
export function lastLine(said: string): string {
  const trimmed = said.trim();
  return trimmed.slice(trimmed.lastIndexOf("\n") + 1);
}

/** `printable` for several lines of our own, into which texts of others were put: the ends of lines stay. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** What an agent wrote, as text alone: without the letters that Markdown, HTML and shells give a meaning. */
export function withoutMarkup(text: string): string {
  return printable(text.replace(/[<>`|*_~#[\](){}\\$&"@]/g, " "))
    .replace(/ {2,}/g, " ")
    .trim();
}
