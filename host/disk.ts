import type { Problem } from "../stack-file/problem.ts";

/** A place that a sandbox writes, and what is left of its file system for an ordinary user: shares from 0 to 1. */
export interface Disk {
  key: string;
  what: string;
  path: string;
  bytes: number;
  inodes: number;
}

/** Below this share other programs on the same file system begin to fail, the engine's among them. */
const LOW = 0.05;

/**
 * Warns of file systems that are nearly full. Neither a workspace nor an engine's volume has a limit of its own, so an agent can fill the file system
 * that they are on. A preview can only warn of it.
 */
export function warnOfFullDisks(disks: readonly Disk[]): Problem[] {
  return disks.flatMap(({ key, what, path, bytes, inodes }) => {
    const short = [
      ...(bytes < LOW ? [`${percent(bytes)} of its bytes`] : []),
      ...(inodes < LOW ? [`${percent(inodes)} of its inodes`] : []),
    ];
    if (short.length === 0) return [];
    return [
      {
        path: key,
        message: `the file system of ${path} (${what}) has ${short.join(" and ")} left, and nothing bounds what an agent writes there; free some, or move it to one of its own`,
      },
    ];
  });
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
