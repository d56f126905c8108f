import { accessSync, constants, existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { mountedBelow, mountPoints } from "../../host/file-systems.ts";
import { hostPath } from "../../host/path.ts";
import { sourceId } from "../../host/source-id.ts";
import { agentCanChange, type Writable } from "../../host/writable.ts";
import { within } from "../../plan/path.ts";
import { printable } from "../../stack-file/printable.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** A directory of the host that is about to be mounted, with every symbolic link resolved. */
export interface HostDirectory {
  path: string;
  uid: number;
  gid: number;
  id: string;
}

/**
 * The workspace and the declared mounts as they are on this host. One that an agent could replace by a link is refused: the engine
 * follows it when it starts the container the next time, to any directory of the host.
 */
export function surveyDirectories(
  spec: Pick<Spec, "workspace" | "mounts">,
  root: string,
  writable: readonly Writable[],
  points = mountPoints(),
): { workspace: HostDirectory | undefined; mounts: (HostDirectory | undefined)[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const look = (key: string, text: string, writes: boolean): HostDirectory | undefined => {
    const path = hostPath(text, root);
    const refused = refuseSource(path, key === "workspace", writes);
    if (refused) problems.push({ path: key, message: `${text} ${refused}` });
    else {
      const message = agentCanChange(path, writable);
      if (message) problems.push({ path: key, message: `${text} ${message}` });
      const below = mountedBelow(realpathSync(path), points);
      // Engines mount what is below as well, and leave it writable whatever is said of the rest (Docker 20.10: a write to a `ro` mount's own arrived).
      if (below)
        problems.push({
          path: key,
          message: `${text} has another file system in it (${printable(below)}), which a sandbox would show as one that can be written; unmount it, or name a directory beside it`,
        });
      const { uid, gid } = statSync(path);
      return { path: realpathSync(path), uid, gid, id: sourceId(path) };
    }
    return undefined;
  };
  const workspace = look("workspace", spec.workspace, true);
  const mounts = spec.mounts.map(({ host, mode }, index) => look(`mounts[${index}].host`, host, mode === "rw"));
  problems.push(...nestedProblems(spec.mounts, mounts));
  return { workspace, mounts, problems };
}

/**
 * Mounts that lie in another one: an engine makes no directory there where it is read-only, which shows when the old container is gone, and it follows
 * a link to any place of the sandbox. One that agents write is refused by the plan.
 */
function nestedProblems(declared: Spec["mounts"], found: readonly (HostDirectory | undefined)[]): Problem[] {
  return declared.flatMap(({ at }, index) => {
    const around = declared
      .map((other, number) => ({ ...other, path: found[number]?.path }))
      .filter((other) => other.at !== at && within(at, other.at))
      .sort((a, b) => b.at.length - a.at.length)[0];
    if (around?.path === undefined || around.mode === "rw") return [];
    const names = at.slice(around.at.length + 1).split("/");
    const missing = names
      .map((_, depth) => [around.path, ...names.slice(0, depth + 1)].join("/"))
      .find((path) => !lstatSync(path, { throwIfNoEntry: false })?.isDirectory());
    return missing === undefined
      ? []
      : [
          {
            path: `mounts[${index}].at`,
            message: `${at} lies in the mount ${around.at}, and ${missing} is no directory, in which it could lie; make it (mkdir), or choose a place of its own, like /${names.at(-1)}`,
          },
        ];
  });
}

/** Why a path is no directory that can be mounted, or nothing. @param owned whether it is the workspace @param writes whether an agent is to write it */
function refuseSource(path: string, owned: boolean, writes: boolean): string | undefined {
  try {
    const { mode } = statSync(path);
    if (!statSync(path).isDirectory()) return "is not a directory";
    // The agent runs as the owner of the workspace; a mount may belong to another, and be open to him.
    if (owned && (mode & 0o700) !== 0o700)
      return `cannot be used by its owner, as whom the agent runs (mode ${(mode & 0o777).toString(8).padStart(4, "0")}); chmod u+rwx it`;
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
