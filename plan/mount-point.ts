import type { Added } from "../capabilities/capability.ts";
import { isMask } from "../capabilities/masks/mask.ts";
import type { Problem } from "../stack-file/problem.ts";
import { within } from "./path.ts";
import type { Mount, Scratch } from "./workload.ts";

/** What a container is to have mounted, with the keys that ask for it. */
export interface Places {
  mounts: readonly Added<Mount>[];
  scratch: readonly Added<Scratch>[];
}

/**
 * What of a workload's mounts somebody in a sandbox could lead elsewhere. Engines mount anew at every start, and follow links: where
 * an agent can write what leads to a mount point, or to what is mounted, it leaves a link there and ends its first process. So
 * every mount point lies in a root or a mount that is read-only, and no source lies in what agents write. Masks have to lie in the
 * workspace: they, and each directory above them, are mount points, which the kernel lets nobody move. Pure.
 */
export function mountPointProblems({ mounts, scratch }: Places): Problem[] {
  const places = [...mounts.map(({ at }) => at), ...scratch.map(({ at }) => at)];
  const isWritten = (above: string, at: string) =>
    scratch.some((one) => one.at === above) || mounts.some((mount) => mount.at === above && moves(mount, at, mounts));
  const masked = new Set(mounts.filter((mount) => overlays(mount, mounts)).map(({ at }) => at));
  const declared = new Set(mounts.filter((mount) => isDeclared(mount, mounts)).map(({ at }) => at));

  const moved = places.flatMap((at) => {
    const above = places.filter((other) => other !== at && within(at, other)).sort((a, b) => b.length - a.length)[0];
    if (masked.has(at) && above === parent(at)) return [];
    return above !== undefined && isWritten(above, at) ? [{ at, above }] : [];
  });
  return [
    ...moved.map(({ at, above }) => {
      // A mount of the client's that has one of the sandbox's own in it is the one that is out of place.
      const path = declared.has(at) || !declared.has(above) ? at : above;
      return {
        path: mounts.find((mount) => mount.at === path)?.key ?? path,
        message: `${at} lies in ${above}, where agents write: a link left there would decide where the next start mounts it; choose a place of its own, like /docs`,
      };
    }),
    ...mounts.flatMap((mount) => {
      const holder = holderOf(mount, mounts);
      return holder === undefined
        ? []
        : [
            {
              path: mount.key ?? mount.at,
              message: `${mount.source} lies in ${holder}, which the agent writes: a link left there would decide what the next start mounts; name a directory outside`,
            },
          ];
    }),
  ];
}

/** Whether somebody in the sandbox can replace what leads to a place in a mount, by this mount or by another that shows a part of the same. */
function moves(mount: Mount, at: string, mounts: readonly Mount[]): boolean {
  if (!mount.readOnly) return true;
  if (overlays(mount, mounts)) return false;
  const entry = `${mount.source}${at.slice(mount.at.length)}`;
  return mounts.some(
    (other) =>
      other.kind === mount.kind &&
      !other.readOnly &&
      // Of a volume no part is mounted.
      (other.kind === "volume" ? other.source === mount.source : within(parent(entry), other.source)),
  );
}

/** What the agent writes by another mount, and what holds a mount's source. */
function holderOf(mount: Mount, mounts: readonly Mount[]): string | undefined {
  if (mount.kind !== "bind" || overlays(mount, mounts)) return undefined;
  return mounts.find(
    (other) =>
      other !== mount &&
      other.kind === "bind" &&
      !other.readOnly &&
      !overlays(other, mounts) &&
      within(mount.source, other.source),
  )?.source;
}

/** A mask, or a directory above one. */
function overlays(mount: Mount, mounts: readonly Mount[]): boolean {
  return (
    mount.covers !== undefined || (mount.kind === "bind" && mount.pinned === true) || isMask(mount, mounts, undefined)
  );
}

/** A mount that the client's stack file names. */
function isDeclared(mount: Mount, mounts: readonly Mount[]): boolean {
  return mount.kind === "bind" && mount.at !== "/workspace" && !overlays(mount, mounts);
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
