import { statSync } from "node:fs";

/**
 * Which file or directory of the host lies at a path: its inode and its time of birth in nanoseconds. A mount shows the inode it was made of, whatever
 * has its name later; an inode's number alone is given out again (ext4 gave a directory made anew the number of the one removed before it), and
 * the number of a device may change with a reboot. Where a file system keeps no time of birth, it is 0.
 * @throws as stat does
 */
export function sourceId(path: string): string {
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  return `${ino}:${birthtimeNs}`;
}
