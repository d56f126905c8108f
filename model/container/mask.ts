import type { Mount } from "./workload.ts";

/** A place of the workspace that is there, and what lies over it in the sandbox. */
export interface Mask {
  /** Relative to the workspace, with links resolved. */
  path: string;
  kind: "file" | "directory";
  as: "readonly" | "empty";
}

/** The mounts that masks are. @param empty the client's volume that is mounted read-only and nowhere else, so nothing is ever in it */
export function maskMounts(masks: readonly Mask[], workspace: string, empty: string): Mount[] {
  return masks.map(({ path, kind, as }) => {
    const at = `/workspace/${path}`;
    if (as === "readonly") return { kind: "bind", source: `${workspace}/${path}`, at, readOnly: true };
    if (kind === "directory") return { kind: "volume", purpose: "empty", source: empty, at, readOnly: true };
    return { kind: "bind", source: NOTHING, at, readOnly: true };
  });
}

/** True for a mount that shows a part of the workspace once more in its own place, or nothing. */
export function isMask({ source, at, readOnly }: Mount, mounts: readonly Mount[]): boolean {
  const workspace = mounts.find((mount) => mount.at === "/workspace")?.source;
  if (!readOnly || !at.startsWith("/workspace/")) return false;
  return source === NOTHING || source === `${workspace}${at.slice("/workspace".length)}`;
}

/** What an empty file is on every engine's host. */
export const NOTHING = "/dev/null";
