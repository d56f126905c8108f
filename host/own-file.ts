import { chmodSync, chownSync, linkSync, lstatSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configFolder } from "./folders.ts";
import { sourceId } from "./source-id.ts";
import { agentCanChange, type Writable } from "./writable.ts";

/**
 * A small file of fixed content that lies over files in sandboxes, made where there is none: a regular one, for git takes no device into a commit. It is this person's, not a
 * checkout's, so that containers find it when the checkout is gone.
 * @param what it is for, as the rest of a sentence: `lies over masked files`
 * @param owner uid of the user it has to belong to, where that is another than who makes it: git reads no `.git` of another user's
 * @returns the sentence that says what is wrong with it, where something is
 */
export function ownFile(
  { name, text, what, owner }: { name: string; text: string; what: string; owner?: number },
  writable: readonly Writable[],
): { path: string; id: string } | string {
  const path = join(configFolder(), name);
  try {
    make(path, text, owner);
    const stat = lstatSync(path);
    const again = "remove it, and it is made again";
    if (!stat.isFile()) return `${path} ${what}, and is no regular file; ${again}`;
    if (stat.size !== text.length || readFileSync(path, "utf8") !== text)
      return `${path} ${what}, and is not ${text === "" ? "empty" : "what it was made as"}; ${again}`;
    if ((stat.mode & 0o022) !== 0 || ![process.geteuid?.(), 0, owner].includes(stat.uid))
      return `${path} ${what}, and others than you can write it; ${again}`;
    const untrusted = agentCanChange(path, writable);
    return untrusted ? `${path} ${what}, and ${untrusted}` : { path, id: sourceId(path) };
  } catch (error) {
    return `the file that ${what} cannot be made: ${(error as Error).message}`;
  }
}

function make(path: string, text: string, owner: number | undefined): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Whole before it has its name, as another client's up may look for it now.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, text, { mode: 0o444 });
  try {
    // Whatever the person's umask is: the agent may have another uid.
    chmodSync(own, 0o444);
    if (owner !== undefined && process.geteuid?.() === 0) chownSync(own, owner, owner);
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(own);
  }
}
