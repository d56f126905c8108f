import { existsSync, realpathSync, statSync } from "node:fs";
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
  const look = (key: string, text: string): HostDirectory | undefined => {
    const path = hostPath(text, root);
    if (!existsSync(path))
      problems.push({ path: key, message: `${text} does not exist; create it, or name another directory` });
    else if (!statSync(path).isDirectory()) problems.push({ path: key, message: `${text} is not a directory` });
    else {
      const message = agentCanChange(path, writable);
      if (message) problems.push({ path: key, message: `${text} ${message}` });
      const { uid, gid } = statSync(path);
      return { path: realpathSync(path), uid, gid, id: sourceId(path) };
    }
    return undefined;
  };
  const workspace = look("workspace", spec.workspace);
  return { workspace, mounts: spec.mounts.map(({ host }, index) => look(`mounts[${index}].host`, host)), problems };
}
