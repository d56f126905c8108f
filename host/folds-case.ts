import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Names of a directory that are tried. */
const TRIED = 8;

/** What is asked of a file system. */
export interface Names {
  list(directory: string): string[];
  /** Which file it is; nothing where there is none. */
  look(path: string): string | undefined;
}

/**
 * Whether a directory's file system finds a name in another spelling, as macOS's does unless somebody chose otherwise, and Windows drives in WSL do. Tried with names that are in the directory in one
 * spelling, and with the directory's own, or where that has no letters the next above it: an agent can move all that is in the directory while it is tried, and not the directory. One name that is
 * found is enough, for who is wrong in that way masks too much. Nothing is written.
 */
export function foldsCase(directory: string, names: Names = SYSTEM): boolean {
  const listed = new Set(names.list(directory));
  const found = [...listed]
    .map(swapped)
    .filter((other) => !listed.has(other))
    .sort()
    .slice(0, TRIED)
    .filter((other) => names.look(join(directory, other)) !== undefined);
  // What is found and stands in no list has its name of the file system, for the number of a file is no sign: a server of FUSE's may give each spelling one.
  const now = new Set(found.length > 0 ? names.list(directory) : []);
  return found.some((other) => !now.has(other)) || findsOtherwise(directory, names);
}

/** Whether a directory, or the first above it whose name has letters, is found in another spelling. */
function findsOtherwise(directory: string, names: Names): boolean {
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
