import { accessSync, constants, existsSync, realpathSync, statSync } from "node:fs";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";
import { hostPath } from "./path.ts";
import { sourceId } from "./source-id.ts";
import { agentCanChange, type Writable } from "./writable.ts";

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
): { workspace: HostDirectory | undefined; mounts: (HostDirectory | undefined)[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const look = (key: string, text: string, writes: boolean): HostDirectory | undefined => {
    const path = hostPath(text, root);
    const refused = refuseSource(path, key === "workspace", writes);
    if (refused) problems.push({ path: key, message: `${text} ${refused}` });
    else {
      const message = agentCanChange(path, writable);
      if (message) problems.push({ path: key, message: `${text} ${message}` });
      const { uid, gid } = statSync(path);
      return { path: realpathSync(path), uid, gid, id: sourceId(path) };
    }
    return undefined;
  };
  const workspace = look("workspace", spec.workspace, true);
  return {
    workspace,
    mounts: spec.mounts.map(({ host, mode }, index) => look(`mounts[${index}].host`, host, mode === "rw")),
    problems,
  };
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
