import { lstatSync, type Stats, statSync } from "node:fs";

/** What a path leads to; nothing where that is nothing, or nobody gets there: a link to itself, a name that is too long, a directory of another's. */
export function entryAt(path: string): Stats | undefined {
  return seen(() => statSync(path));
}

/** The same of what lies there itself: a link is a link. */
export function ownEntryAt(path: string): Stats | undefined {
  return seen(() => lstatSync(path));
}

function seen(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
