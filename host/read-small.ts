import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** The bytes (latin1) of a regular file of 4 KiB at most, which an agent may have written; nothing of any other. */
export function readSmall(path: string | Buffer, most = 4096): string | undefined {
  let file: number;
  try {
    // A pipe in its place would never be opened, and a link lead anywhere.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(file).isFile()) return undefined;
    const buffer = Buffer.alloc(most + 1);
    const size = readSync(file, buffer, 0, buffer.length, 0);
    return size > most ? undefined : buffer.toString("latin1", 0, size);
  } finally {
    closeSync(file);
  }
}
