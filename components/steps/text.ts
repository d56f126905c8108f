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
  // By line feeds alone: to a pattern's `^`, U+2028 in a text ends a line, too.
  const [words = [], ...texts] = text
    .slice(MARK.length)
    .replace(/\n$/, "")
    .split(`\n${MARK}`)
    .map((section) => section.split("\n"));
  return {
    words: JSON.parse(
      words
        .slice(1)
        .join("\n")
        .replace(/,(?=\n [\]}])/g, ""),
    ),
    texts: Object.fromEntries(
      texts.map(([name, ...lines]) => [name, lines.map((line) => `${line.slice(INDENT.length)}\n`).join("")]),
    ),
  };
}

const MARK = "==> ";
/** Before each line of a text, so that none of them is a mark. */
const INDENT = "  ";
