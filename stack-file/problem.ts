import { printable } from "./printable.ts";

/** One thing that is wrong with what the person wrote, at the key path where they wrote it. */
export interface Problem {
  /** The file that it is in, as people write it; without one the stack file. */
  file?: string;
  /** Key path in the file, in a stack file below `agent-sandbox:`, e.g. `egress.allow[2]`. Empty for what belongs to no key (the engine, say). */
  path: string;
  /** A sentence that says what was given, what is allowed and what to do. */
  message: string;
  /** The key that would say what is not there: while its value cannot be read, whether something is missing is not known. */
  lacks?: string;
}

/** Writes a key path the way people read it: `["egress", "allow", 2]` is `egress.allow[2]`. */
export function keyPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

/**
 * The one message for all problems: what is wrong where, the stack file's first, and that nothing was touched.
 * @param stackFile the file of those that name none
 */
export function describeProblems(problems: readonly Problem[], stackFile = ""): string {
  const byFile = Map.groupBy(problems, ({ file }) => file ?? stackFile);
  const files = [...byFile].sort(([a], [b]) => Number(b === stackFile) - Number(a === stackFile) || (a < b ? -1 : 1));
  const lines = files.flatMap(([file, found]) => {
    const sorted = found.sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
    const width = Math.max(...sorted.map((problem) => problem.path.length));
    // A file name or an answer of somebody else may be part of it: escaped, it is one line, and no command to the terminal.
    return [file, ...sorted.map(({ path, message }) => `  ${path.padEnd(width)}  ${message}`.trimEnd())].map(printable);
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [...lines, `${count}; nothing was changed.`].join("\n");
}

/** What stops nothing, as one line. */
export function describeWarning({ path, message }: Problem): string {
  return printable(path ? `${path}: ${message}` : message);
}

/** ` Did you mean "github"?` when one of the known words is near enough to be a slip, else nothing. */
export function suggest(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

/** The known word that a slip may have made another of, or that is the beginning of the given one, or that it begins: `nodejs`. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const most = (word: string) => Math.max(1, Math.floor(word.length / 3));
  const lower = given.toLowerCase();
  const slip = known
    // It takes as many edits at least as the one is longer than the other.
    .filter((word) => Math.abs(lower.length - word.toLowerCase().length) <= most(word))
    .map((word) => ({ word, distance: distance(lower, word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= most(word))
    .sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word, "en"))[0]?.word;
  const begins = (one: string, other: string) => other.length >= 4 && one.toLowerCase().startsWith(other.toLowerCase());
  return slip ?? known.find((word) => begins(given, word) || begins(word, given));
}

/** Edits between two words, a swap of neighbours counting as one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  // From outside the table no way leads to a place in it.
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [];
    rows.push(row);
    for (let j = 0; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost];
      row.push(i + j === 0 ? 0 : Math.min(...ways, swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY));
    }
  }
  return at(a.length, b.length);
}
