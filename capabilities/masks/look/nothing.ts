import { chmodSync, linkSync, lstatSync, mkdirSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configFolder } from "../../../host/folders.ts";
import { sourceId } from "../../../host/source-id.ts";
import { agentCanChange, type Writable } from "../../../host/writable.ts";

/**
 * The empty file that lies over masked files, made where there is none: a regular one, for git takes no device into a commit. It is this person's, not a
 * checkout's, so that containers find it when the checkout is gone.
 * @returns the sentence that says what is wrong with it, where something is
 */
export function emptyFile(writable: readonly Writable[]): { path: string; id: string } | string {
  const path = join(configFolder(), "empty");
  try {
    make(path);
    const stat = lstatSync(path);
    const again = "remove it, and it is made again";
    if (!stat.isFile()) return `${path} lies over masked files, and is no regular file; ${again}`;
    if (stat.size > 0) return `${path} lies over masked files, and is not empty; ${again}`;
    if ((stat.mode & 0o022) !== 0 || ![process.geteuid?.(), 0].includes(stat.uid))
      return `${path} lies over masked files, and others than you can write it; ${again}`;
    const untrusted = agentCanChange(path, writable);
    return untrusted ? `${path} lies over masked files, and ${untrusted}` : { path, id: sourceId(path) };
  } catch (error) {
    return `the empty file that lies over masked files cannot be made: ${(error as Error).message}`;
  }
}

function make(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Whole before it has its name, as another client's up may look for it now.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, "", { mode: 0o444 });
  try {
    // Whatever the person's umask is: the agent may have another uid.
    chmodSync(own, 0o444);
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(own);
  }
}
