import { within } from "../path.ts";
import type { Mount } from "./workload.ts";

/** A place of the workspace that is there, and what lies over it in the sandbox. */
export interface Mask {
  /** Relative to the workspace, with links resolved. */
  path: string;
  kind: "file" | "directory";
  as: "readonly" | "empty";
}

/**
 * The mounts that masks are, and a mount of each directory above one over itself: a mount point cannot be renamed from inside. Else
 * an agent would move the directory away and put a link in its place, and the next start of the container would mount what
 * the link leads to on the host (seen: ~/.ssh by way of `.git/hooks`).
 * @param empty the client's volume that is mounted read-only and nowhere else, so nothing is ever in it
 */
export function maskMounts(masks: readonly Mask[], workspace: string, empty: string): Mount[] {
  const own = (path: string, readOnly: boolean): Mount => ({
    kind: "bind",
    source: `${workspace}/${path}`,
    at: `/workspace/${path}`,
    readOnly,
  });
  const above = new Set(masks.flatMap(({ path }) => directoriesAbove(path)));
  // What lies in a mask cannot be moved already, and has to stay read-only.
  const movable = [...above].filter((path) => !masks.some((mask) => within(path, mask.path)));
  return [
    ...movable.map((path) => own(path, false)),
    ...masks.map(({ path, kind, as }): Mount => {
      if (as === "readonly") return own(path, true);
      if (kind === "directory")
        return { kind: "volume", purpose: "empty", source: empty, at: `/workspace/${path}`, readOnly: true };
      return { kind: "bind", source: NOTHING, at: `/workspace/${path}`, readOnly: true };
    }),
  ];
}

/** `a` and `a/b` of `a/b/c`. */
function directoriesAbove(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join("/"));
}

/** True for a mount that shows a part of the workspace once more in its own place, or nothing. */
export function isMask(mount: Mount, mounts: readonly Mount[]): boolean {
  return showsOwnPlace(mount, mounts) || (mount.source === NOTHING && mount.readOnly && inWorkspace(mount));
}

function showsOwnPlace(mount: Mount, mounts: readonly Mount[]): boolean {
  const workspace = mounts.find(({ at }) => at === "/workspace")?.source;
  return inWorkspace(mount) && mount.source === `${workspace}${mount.at.slice("/workspace".length)}`;
}

function inWorkspace({ at }: Mount): boolean {
  return at.startsWith("/workspace/");
}

/** What an empty file is on every engine's host. */
export const NOTHING = "/dev/null";
