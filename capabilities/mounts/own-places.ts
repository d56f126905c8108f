import { posix } from "node:path";
import { within } from "../../plan/path.ts";

/** Where a program of the host may be mounted, by itself and read-only: it is in the PATH of every shell of the sandbox. */
export const PROGRAMS = "/usr/local/bin";

/**
 * Why nothing of the host is mounted at a place in the sandbox, or nothing if it may be. Over the system's directories it would hide the
 * programs and files that hold the walls; `/run` and `/var` are where the product itself keeps things.
 * @param readOnly whether what is mounted there cannot be written
 * @param shipped names of programs that the image has in PROGRAMS
 */
export function refuseMountPoint(at: string, readOnly = false, shipped: readonly string[] = []): string | undefined {
  const system = SYSTEM.find((directory) => within(at, directory));
  if (!system && at !== "/home") return undefined;
  if (posix.dirname(at) === PROGRAMS) {
    if (!readOnly) return `a program at "${at}" is mounted read-only; leave mode out, or write mode: ro`;
    const name = posix.basename(at);
    return [...OWN_PROGRAMS, ...shipped].includes(name)
      ? `"${at}" is a program of the image; give yours another name`
      : undefined;
  }
  const program = system === "/bin" || system === "/usr" ? `, and a program at ${PROGRAMS}` : "";
  return `"${at}" is the sandbox's own (${system ?? "/home"}); mount it at a place of its own, like /docs or /srv/docs${program}`;
}

/** What every image has in PROGRAMS (images/runtime/Dockerfile, and Node). */
export const OWN_PROGRAMS = [
  ...[
    "ask",
    "ask-for",
    "enter",
    "entrypoint",
    "fd",
    "git-credential-sandbox",
    "node",
    "npm",
    "npx",
    "open-url",
    "refused",
    "resume",
    "sensible-browser",
    "www-browser",
    "x-www-browser",
    "xdg-open",
  ],
];

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
