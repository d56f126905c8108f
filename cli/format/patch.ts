import { withoutSalt } from "../../stack-file/salt.ts";

/**
 * The same of a stack file, as it is in git, without the salt of this machine's Pulumi: a patch whose context has that line fits no other clone. It fits this machine's file as well, where the salt
 * stands at an end: `patch` takes one with up to two lines of context less behind than before for one of the end of a file only where that fits.
 */
export function patchOfStackFile(file: string, before: string, after: string): string[] {
  const inGit = withoutSalt(before);
  return patchOf(file, inGit, withoutSalt(after), inGit === before ? AROUND : FUZZ);
}

/** The difference of two texts of one file, as `patch -p1` takes it: one piece, with three lines around. Nothing where there is none. @param uneven lines that the context of one side may have more than that of the other */
export function patchOf(file: string, before: string, after: string, uneven = AROUND): string[] {
  if (before === after) return [];
  const [old, now] = [linesOf(before), linesOf(after)];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  let end = 0;
  while (end < old.length - same && end < now.length - same && old.at(-1 - end) === now.at(-1 - end)) end++;
  const start = Math.max(0, same - Math.min(AROUND, end + uneven));
  const tail = Math.min(end, AROUND, same + uneven);
  const [gone, come] = [old.slice(same, old.length - end), now.slice(same, now.length - end)];
  const context = [old.slice(start, same), old.slice(old.length - end, old.length - end + tail)] as const;
  const size = (changed: readonly string[]) => context[0].length + changed.length + context[1].length;
  const at = (count: number) => `${count === 0 ? start : start + 1},${count}`;
  return [
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${at(size(gone))} +${at(size(come))} @@`,
    ...[
      ...context[0].map((line) => ` ${line}`),
      ...gone.map((line) => `-${line}`),
      ...come.map((line) => `+${line}`),
      ...context[1].map((line) => ` ${line}`),
    ].flatMap((line) =>
      line.endsWith(NO_END) ? [line.slice(0, -NO_END.length), "\\ No newline at end of file"] : [line],
    ),
  ];
}

const AROUND = 3;

/** Lines of context that `patch` goes without by itself (its -F). */
const FUZZ = 2;

/** Marks a last line that has no end: it is another line than the same with one. */
const NO_END = "\0";

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop();
  return last ? [...lines, `${last}${NO_END}`] : lines;
}
