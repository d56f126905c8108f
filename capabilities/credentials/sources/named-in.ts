import { asJudged } from "./file.ts";

/**
 * What a word of a command may name on this host: itself, and whatever path is within, as of `-C/srv/x`, `--file=x`, `file:///srv/x` or a line of shell. A word has more of
 * them than files that are there: one that is none is no file's name.
 */
export function namedIn(word: string): string[] {
  const parts = [word, word.replace(/^[^/=]*=/, ""), ...word.split(/[\s'"`;|&<>(){}=,:]+/)];
  return [...new Set(parts.flatMap((part) => [part, part.replace(/^.*?(?=~?\/)/, "")]))];
}

/**
 * Paths that a command may name, each once, from the folder of the project on. Its program is read as a path of a stack file, and where it has no slash it is looked for in
 * PATH; another word is handed over as it is, so that one that begins with `~` is of the project as well, to all programs but a shell.
 */
export function commandFiles([program = "", ...words]: readonly string[]): string[] {
  const own = program.includes("/") ? [asJudged(program)] : [];
  const others = words.flatMap(namedIn).map((path) => (path.startsWith("~") ? `./${path}` : path));
  return [...new Set([...own, ...others])].filter(Boolean).sort();
}
