import { within } from "../../plan/path.ts";

/**
 * Why nothing of the host is mounted at a place in the sandbox, or nothing if it may be. Over the system's directories it would hide the
 * programs and files that hold the walls; `/run` and `/var` are where the product itself keeps things.
 */
export function refuseMountPoint(at: string): string | undefined {
  const system = SYSTEM.find((directory) => within(at, directory));
  if (!system && at !== "/home") return undefined;
  return `"${at}" is the sandbox's own (${system ?? "/home"}); mount it at a place of its own, like /docs or /srv/docs`;
}

const SYSTEM = [
  ...[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/state",
  ],
  ...["/sys", "/usr", "/var"],
];
