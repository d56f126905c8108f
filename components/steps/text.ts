import { jsonLines } from "../../plan/json-lines.ts";

/**
 * A step's words as text on its stdin: its JSON with a line for each entry, and each longer text by its own lines.
 * ```
 * ==> words
 * {
 *  "client": "acme",
 *  "files": {
 *   "policy.json": {}
 *  }
 * }
 * ==> policy.json
 *   {"name": "docs.acme.example"}
 * ```
 * The first line keeps Pulumi from reading it as JSON or YAML: of those it prints every entry to show that one changed (3.261: 107 lines for one host more).
 * @param texts by name, each ending in a line's end
 */
export function renderWords(
  words: Readonly<Record<string, unknown>>,
  texts: Readonly<Record<string, string>> = {},
): string {
  const sections = Object.entries(texts).map(([name, text]) => {
    const lines = text.replace(/\n$/, "").split("\n");
    return [`${MARK}${name}`, ...lines.map((line) => `${INDENT}${line}`), ""].join("\n");
  });
  // Each entry ends in a comma, the last one too: one more is one line more.
  const entries = jsonLines(words).replace(/(?<=[^[{,])(?=\n [\]}])/g, ",");
  return [`${MARK}words\n${entries}`, ...sections].join("");
}

/** Reads them back. The words of a step that an earlier version placed are JSON alone; its undo still has them. */
export function parseWords(text: string): { words: unknown; texts: Record<string, string> } {
  if (!text.startsWith(MARK)) return { words: JSON.parse(text), texts: {} };
  const [words = "", ...sections] = text.split(new RegExp(`^(?=${MARK})`, "m"));
  const body = (section: string) => section.slice(section.indexOf("\n") + 1);
  return {
    words: JSON.parse(body(words).replace(/,(?=\n [\]}])/g, "")),
    texts: Object.fromEntries(
      sections.map((section) => [
        section.slice(MARK.length, section.indexOf("\n")),
        body(section).replace(new RegExp(`^${INDENT}`, "gm"), ""),
      ]),
    ),
  };
}

const MARK = "==> ";
/** Before each line of a text, so that none of them is a mark. */
const INDENT = "  ";
