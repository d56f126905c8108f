import { closeSync, constants, fchownSync, lstatSync, mkdirSync, openSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../stack-file/user-error.ts";
import { realPath } from "./real-path.ts";
import { sourceId } from "./source-id.ts";

/**
 * Makes a directory (0700) or an empty file (0600) of the host that a sandbox is to mount, for the user whom its agent runs as. Never through a link, and never what is there.
 * @param path with the links of its directory resolved, as it was judged
 * @returns which one it is (host/source-id.ts)
 * @throws UserError with what the system says
 */
export function makeSource(path: string, as: "dir" | "file", owner: { uid: number; gid: number }): string {
  try {
    if (realPath(dirname(path)) !== dirname(path)) throw new Error("its directory is another one than it was");
    if (as === "dir") mkdirSync(path, { mode: 0o700 });
    const flags = as === "dir" ? constants.O_DIRECTORY : constants.O_CREAT | constants.O_EXCL;
    const made = openSync(path, flags | constants.O_RDONLY | constants.O_NOFOLLOW, 0o600);
    try {
      // Only root gives away, and nobody else makes one for another user (refuseMaking).
      if (process.geteuid?.() === 0) fchownSync(made, owner.uid, owner.gid);
    } finally {
      closeSync(made);
    }
    if (realPath(path) !== path) throw new Error("a link was put on the way to it");
    return sourceId(path);
  } catch (error) {
    throw new UserError(2, `${path} could not be made: ${(error as Error).message}`);
  }
}

/**
 * Why nothing is made at a path of the host, as the rest of a sentence; nothing where it can be.
 * @param path what is not there
 * @param owner the user whom the agent runs as
 */
export function refuseMaking(path: string, owner: { uid: number; gid: number } | undefined): string | undefined {
  const me = process.geteuid?.() ?? 0;
  if (lstatSync(path, { throwIfNoEntry: false }))
    return "is a link that leads nowhere, and nothing is made through a link; remove it";
  const folder = realPath(dirname(path));
  if (folder === undefined || !statSync(folder).isDirectory())
    return `cannot be made, for ${dirname(path)} is no directory; make that (mkdir -p)`;
  if (owner !== undefined && me !== 0 && me !== owner.uid)
    return `would be yours, and the agent runs as the owner of the workspace (user ${owner.uid}); make it by hand, for that user`;
  const mine = { uid: [0, me], gid: [0, process.getegid?.()] };
  if (me === 0 && owner) {
    mine.uid.push(owner.uid);
    mine.gid.push(owner.gid);
  }
  const others = above(folder).find((directory) => isOthers(statSync(directory), mine));
  return others === undefined
    ? undefined
    : `cannot be made safely, for another user can write ${others}; make it by hand, or choose a directory of your own`;
}

/** Whether somebody else may put another entry in the place of one: not where only its owner may (the sticky bit of /tmp). A user's own group has nobody else in it. */
function isOthers(
  { uid, gid, mode }: Stats,
  mine: { uid: readonly number[]; gid: readonly (number | undefined)[] },
): boolean {
  const writers = mine.gid.includes(gid) ? 0o002 : 0o022;
  return !mine.uid.includes(uid) || ((mode & writers) !== 0 && (mode & 0o1000) === 0);
}

/** A directory, and all that it lies in. */
function above(directory: string): string[] {
  return directory === "/" ? ["/"] : [directory, ...above(dirname(directory))];
}
