import { accessSync, constants, existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ownEntryAt } from "../../host/entry-at.ts";
import { mountedBelow, mountPoints } from "../../host/file-systems.ts";
import { refuseMaking } from "../../host/make-source.ts";
import { hostPath } from "../../host/path.ts";
import { asFarAsItLeads, realPath } from "../../host/real-path.ts";
import { sourceId } from "../../host/source-id.ts";
import { agentCanChange, type Writable } from "../../host/writable.ts";
import type { Facts, FoundMount } from "../../plan/facts.ts";
import { within } from "../../plan/path.ts";
import { printable } from "../../stack-file/printable.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { directoryOf } from "./keys.ts";

/** A directory of the host that is about to be mounted, with every symbolic link resolved. */
export interface HostDirectory extends FoundMount {
  uid: number;
  gid: number;
}

/** Whose a workspace is that is a volume: the first regular user's, as images have him. */
export const OF_A_VOLUME = { uid: 1000, gid: 1000 } as const;

/**
 * The workspace and the declared mounts as they are on this host. One that an agent could replace by a link is refused: the engine
 * follows it when it starts the container the next time, to any directory of the host.
 */
export function surveyDirectories(
  spec: Pick<Spec, "workspace" | "mounts">,
  root: string,
  writable: readonly Writable[],
  points = mountPoints(),
): { workspace: Facts["workspace"] | undefined; mounts: (FoundMount | undefined)[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const look = (key: string, text: string, wanted: Wanted): HostDirectory | undefined => {
    const path = hostPath(text, root);
    const real = realPath(path);
    const refused = refuseSource(path, wanted) ?? refuseName(real);
    if (refused) problems.push({ path: key, message: `${text} ${refused}` });
    else if (real !== undefined) {
      const message = agentCanChange(path, writable);
      if (message) problems.push({ path: key, message: `${text} ${message}` });
      const below = mountedBelow(real, points);
      // Engines mount what is below as well, and leave it writable whatever is said of the rest (Docker 20.10: a write to a `ro` mount's own arrived).
      if (below)
        problems.push({
          path: key,
          message: `${text} has another file system in it (${printable(below)}), which a sandbox would show as one that can be written; unmount it, or name a directory beside it`,
        });
      const stat = statSync(real);
      return { path: real, uid: stat.uid, gid: stat.gid, id: sourceId(real), ...(stat.isFile() && { is: "file" }) };
    }
    return undefined;
  };
  const directory = directoryOf(spec.workspace);
  const workspace =
    directory === undefined ? OF_A_VOLUME : look("workspace", directory, { owned: true, writes: true, of: ["dir"] });
  const mounts = spec.mounts.map(({ host, mode, when, create }, index): FoundMount | undefined => {
    const [key, path] = [`mounts[${index}].host`, hostPath(host, root)];
    if (when === "always" && !create) return look(key, host, { writes: mode === "rw", of: ["dir", "file"] });
    const there = isThere(path);
    if (there) return look(key, host, { writes: mode === "rw", of: create ? [create] : ["dir", "file"] });
    if (!create) return { path: asFarAsItLeads(path), id: "", is: "absent" };
    const folder = realPath(dirname(path));
    const refused = refuseMaking(path, workspace) ?? refuseName(folder) ?? madeByAgents(dirname(path), writable);
    if (!refused && folder !== undefined) return { path: join(folder, basename(path)), id: "", is: "unmade" };
    problems.push({ path: key, message: `${host} ${refused}` });
    return undefined;
  });
  problems.push(...nestedProblems(spec.mounts, mounts));
  return { workspace, mounts, problems };
}

/**
 * Mounts that lie in another one: an engine makes no directory there where it is read-only, which shows when the old container is gone, and it follows
 * a link to any place of the sandbox. One that agents write is refused by the plan.
 */
function nestedProblems(declared: Spec["mounts"], found: readonly (FoundMount | undefined)[]): Problem[] {
  return declared.flatMap(({ at }, index) => {
    const around = declared
      .map((other, number) => ({ ...other, path: found[number]?.path }))
      .filter((other) => other.at !== at && within(at, other.at))
      .sort((a, b) => b.at.length - a.at.length)[0];
    if (around?.path === undefined || around.mode === "rw" || found[index]?.is === "absent") return [];
    const isFile = found[index]?.is === "file" || declared[index]?.create === "file";
    const names = at.slice(around.at.length + 1).split("/");
    const missing = names
      .map((_, depth) => [around.path, ...names.slice(0, depth + 1)].join("/"))
      .find((path, depth) => {
        const stat = ownEntryAt(path);
        return isFile && depth === names.length - 1 ? !stat?.isFile() : !stat?.isDirectory();
      });
    return missing === undefined
      ? []
      : [
          {
            path: `mounts[${index}].at`,
            message: `${at} lies in the mount ${around.at}, and ${missing} is no ${isFile ? "file, over" : "directory, in"} which it could lie; make it (${isFile ? "touch" : "mkdir"}), or choose a place of its own, like /${names.at(-1)}`,
          },
        ];
  });
}

/** What a path has to be. */
interface Wanted {
  /** Whether it is the workspace. */
  owned?: true;
  /** Whether an agent is to write it. */
  writes: boolean;
  of: readonly ("dir" | "file")[];
}

/** Why a path is nothing that can be mounted, or nothing. */
function refuseSource(path: string, { owned, writes, of }: Wanted): string | undefined {
  try {
    const stat = statSync(path);
    const is = stat.isDirectory() ? "dir" : stat.isFile() ? "file" : undefined;
    if (is === undefined || !of.includes(is))
      return of.length > 1 ? "is neither a directory nor a file" : `is not a ${of[0] === "dir" ? "directory" : "file"}`;
    // The agent runs as the owner of the workspace; a mount may belong to another, and be open to him.
    if (owned && (stat.mode & 0o700) !== 0o700)
      return `cannot be used by its owner, as whom the agent runs (mode ${(stat.mode & 0o777).toString(8).padStart(4, "0")}); chmod u+rwx it`;
    if (writes) accessSync(path, constants.W_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    switch (code) {
      case "ENOENT":
        return "does not exist; create it, or name another directory";
      case "ENOTDIR":
        return "leads through a file; name a directory";
      case "EROFS":
        return "is on a file system that is mounted read-only, and an agent is to write it; name another directory";
      case "ELOOP":
        return "is a link that leads back to itself";
      case "EACCES":
        // Whom the directory lets write is its owner, and the person need not be that.
        if (existsSync(path)) return undefined;
        return "cannot be looked at by you (permission denied on the way to it); name a directory you can see";
      default:
        return `cannot be used: ${message}`;
    }
  }
  return undefined;
}

/** Why nothing of this name is mounted. @param real a path with links resolved; nothing where it is no UTF-8 */
function refuseName(real: string | undefined): string | undefined {
  return real !== undefined && printable(real) === real
    ? undefined
    : `leads to ${real === undefined ? "a name that is no UTF-8" : JSON.stringify(real)}, and nothing is mounted of a name that no terminal shows as it is; rename it`;
}

/** Why nothing is made in a directory that agents write, or that a link of theirs leads to. */
function madeByAgents(folder: string, writable: readonly Writable[]): string | undefined {
  const held = writable.find(({ path }) => within(asFarAsItLeads(folder), path));
  if (held) return `would be made in ${held.what}, where an agent can change it; keep it outside`;
  return agentCanChange(folder, writable);
}

/** @returns false as well where a link leads nowhere */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // What is there and cannot be seen is told as that.
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}
