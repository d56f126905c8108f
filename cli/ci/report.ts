import { appendFileSync } from "node:fs";
import { sayLines } from "../../host/say.ts";
import { printableLines } from "../../stack-file/printable.ts";

/** What one of the runner's works is called with. */
export interface Work {
  revisions: readonly string[];
  /** Whether the forge is told. */
  post: boolean;
  /** A file that gets what is told, too: the summary of a job, say. */
  out?: string;
}

/** Tells Markdown: prints it, and adds it to the file that was named. */
export function report({ out }: Pick<Work, "out">, markdown: string): void {
  sayLines(markdown);
  if (out) appendFileSync(out, `${printableLines(markdown)}\n`);
}

/** A text that others had a say in, as a block: no run of backticks in it ends the block. */
export function block(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${printableLines(text).trimEnd()}\n${fence}`;
}

/** A line of a heading with how it ended. */
export function heading(what: string, good: boolean, how: string): string {
  return `### ${good ? "✅" : "❌"} ${what}: ${how}`;
}

/** The first letters of a commit, as people say it. */
export function short(commit: string): string {
  return commit.slice(0, 12);
}
