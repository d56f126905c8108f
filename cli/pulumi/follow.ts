import { closeSync, existsSync, openSync, readSync } from "node:fs";

/**
 * Follows a file that another program writes, by lines. Node's own watch tells of no change in some file systems, and Pulumi writes some ten lines a second: so it is looked at.
 * @param take is handed each line once it is whole
 * @param idle is called at each look
 * @returns what ends it, after a last look
 */
export function followLines(path: string, take: (line: string) => void, idle: () => void = () => {}): () => void {
  const buffer = Buffer.alloc(2 ** 16);
  let [file, at, rest] = [-1, 0, Buffer.alloc(0)];
  const look = () => {
    if (file < 0 && existsSync(path)) file = openSync(path, "r");
    for (let read = -1; file >= 0 && read !== 0; ) {
      read = readSync(file, buffer, 0, buffer.length, at);
      at += read;
      rest = Buffer.concat([rest, buffer.subarray(0, read)]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        take(rest.toString("utf8", 0, end));
        rest = rest.subarray(end + 1);
      }
    }
    idle();
  };
  // Who follows waits for the program that writes, and not for this.
  const timer = setInterval(look, EVERY).unref();
  return () => {
    clearInterval(timer);
    look();
    if (file >= 0) closeSync(file);
  };
}

/** Milliseconds. */
const EVERY = 100;
