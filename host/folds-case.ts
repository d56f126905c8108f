import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Names of a directory that are tried: an agent that makes files and removes them meanwhile would have to be in time for each. */
const TRIED = 8;

/** What is asked of a file system. */
export interface Names {
  list(directory: string): string[];
  /** Which file it is; nothing where there is none. */
  look(path: string): string | undefined;
}

/**
 * Whether a directory's file system finds a name in another spelling, as macOS's does unless somebody chose otherwise, and Windows drives in WSL do. Tried with names that are in the directory in one
 * spelling; where there are none, with the directory's own, and then with those above it. Nothing is written.
 */
export function foldsCase(directory: string, names: Names = SYSTEM): boolean {
  const listed = new Set(names.list(directory));
  const found = [...listed]
    .filter((name) => swapped(name) !== name && !listed.has(swapped(name)))
    .sort()
    .slice(0, TRIED)
    .filter((name) => names.look(join(directory, name)) !== undefined)
    .map((name) => ({ other: swapped(name), there: names.look(join(directory, swapped(name))) !== undefined }));
  if (found.length > 0) {
    // What is found and stands in no list has its name of the file system, for the number of a file is no sign: a server of FUSE's may give each spelling one.
    const now = found.some(({ there }) => there) ? new Set(names.list(directory)) : listed;
    return found.every(({ other, there }) => there && !now.has(other));
  }
  for (let at = directory; at !== dirname(at); at = dirname(at)) {
    const other = join(dirname(at), swapped(basename(at)));
    // Not listed, for a directory above may be shut to this person. No two directories of one are the same but by a mount.
    if (other !== at) return names.look(other) !== undefined && names.look(other) === names.look(at);
  }
  return false;
}

/** Of English letters alone, which every file system that folds takes for each other. */
function swapped(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));
}

const SYSTEM: Names = {
  list(directory) {
    try {
      return readdirSync(directory);
    } catch {
      // Shut to this person, which is told where masks are looked for; its own name can be tried.
      return [];
    }
  },
  look(path) {
    try {
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      return stat && `${stat.dev}:${stat.ino}`;
    } catch {
      return undefined;
    }
  },
};
