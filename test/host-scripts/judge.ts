import { BASH } from "./bash.ts";
import type { Rule } from "./rule.ts";
import { TOOLS } from "./tools.ts";

export interface Finding {
  line: number;
  rule: Rule;
}

/** What of a script would not run there. @param text of a whole file, or a block of a page */
export function judgeScript(text: string, rules: readonly Rule[] = [...BASH, ...TOOLS]): Finding[] {
  return text.split("\n").flatMap((written, index) => {
    const line = withoutComment(written);
    return rules
      .filter(({ pattern, program }) => pattern.test(line) && !(program && line.includes(`command -v ${program}`)))
      .map((rule) => ({ line: index + 1, rule }));
  });
}

/**
 * A sign that begins a comment stands alone, and not within quotes: that of `${name#prefix}` does not. Of quotes that are not closed, as in a comment's `don't` or
 * over lines, each sign is taken for itself.
 */
function withoutComment(line: string): string {
  const [before = ""] = /^(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|(?!(?:(?<=\s)|^)#(?:\s|!|$)).)*/.exec(line) ?? [];
  return before;
}

const EMPTY = BASH.find(({ what }) => what.includes("made empty"));

/** Arrays that a script makes empty somewhere and hands on as if they never were. A look at how many there are is taken for knowing it. */
export function judgeEmpty(text: string): Finding[] {
  const lines = text.split("\n").map(withoutComment);
  const made = new Set(lines.flatMap((line) => [...line.matchAll(/\b(\w+)=\(\s*\)/g)].map(([, name]) => name)));
  const counted = new Set([...text.matchAll(/\$\{#(\w+)\[@\]\}/g)].map(([, name]) => name));
  return lines.flatMap((line, index) =>
    [...line.replace(/\$\{(\w+)\[@\]\+"\$\{\1\[@\]\}"\}/g, "").matchAll(/\$\{(\w+)\[[@*]\]\}/g)]
      .filter(([, name]) => made.has(name) && !counted.has(name))
      .flatMap(() => (EMPTY ? [{ line: index + 1, rule: EMPTY }] : [])),
  );
}

/** A Makefile as its recipes are given to the shell. */
export function recipesOf(makefile: string): string {
  return makefile.replace(/^\t[@+-]+/gm, "\t").replaceAll("$$", "$");
}

/**
 * Blocks of a page that a person copies into a terminal, with the line each begins at. Of one with prompts, what stands behind these; one that shows a file of this project is
 * that file's.
 */
export function blocksOf(page: string): { text: string; line: number }[] {
  return [...page.matchAll(/^```(?:sh|bash|shell|console|zsh)\n([\s\S]*?)^```$/gm)].map(({ index, 1: text = "" }) => ({
    text: /^\$ /m.test(text) ? text.replace(/^(?:\$ (.*)|.*)$/gm, "$1").replace(/\n+$/, "\n") : text,
    line: page.slice(0, index).split("\n").length,
  }));
}
