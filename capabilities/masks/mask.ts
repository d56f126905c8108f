import { names } from "../../plan/names.ts";
import type { Mount } from "../../plan/workload.ts";
import { present } from "../../stack-file/present.ts";

/** A place of the workspace that is there, and what lies over it in the sandbox. */
export interface Mask extends Place {
  kind: "file" | "directory";
  as: "readonly" | "empty";
  /** What lies over it in its place, where that is another file than itself. */
  shows?: { path: string; id: string };
}

/** A part of the workspace. */
export interface Place {
  /** Relative to the workspace, with links resolved. */
  path: string;
  /** Which file or directory it is (host/source-id.ts): a mask is lifted when another one gets its name. */
  id: string;
}

/** What of the workspace masks lie over, as it was seen. */
export interface Masked {
  masks: readonly Mask[];
  /** Directories of the workspace above a mask and in none, sorted. */
  above: readonly Place[];
  /** An empty file of this machine that only its person may write, where a mask needs one. */
  nothing?: Place;
}

/** Mounts that the masks of one client may take: as many start in 0.4 s where none take 0.3 (Docker 20.10), and are still read by people. */
export const MOST_MASK_MOUNTS = 256;

/**
 * The mask mounts, plus a bind mount of every parent directory onto itself: a mount point cannot be renamed from inside. Without these
 * an agent would move the directory away and put a link in its place, and the next start of the container would mount what
 * the link leads to on the host (seen: ~/.ssh by way of `.git/hooks`).
 * @param empty the client's volume that is mounted read-only and nowhere else, so nothing is ever in it
 */
export function maskMounts(
  { masks, above, nothing, workspace }: Masked & { workspace: { path?: string } },
  empty: string,
): Mount[] {
  const own = ({ path, id }: Place, readOnly: boolean): Mount => ({
    kind: "bind",
    source: `${workspace.path ?? ""}/${path}`,
    at: `/workspace/${path}`,
    readOnly,
    id,
  });
  return [
    ...above.map((place) => own(place, false)),
    ...masks.map((mask): Mount => {
      const covered = { at: `/workspace/${mask.path}`, readOnly: true, covers: mask.id };
      if (mask.shows) return { kind: "bind", source: mask.shows.path, id: mask.shows.id, shared: true, ...covered };
      if (mask.as === "readonly") return own(mask, true);
      if (mask.kind === "directory") return { kind: "volume", purpose: "empty", source: empty, ...covered };
      const { path, id } = present(nothing, "the empty file that lies over masked files");
      return { kind: "bind", source: path, id, shared: true, ...covered };
    }),
  ];
}

/** Directories above masks that could be moved away, each once: what lies in a mask cannot be, and has to stay as the mask shows it. Sorted. */
export function directoriesAbove(masks: readonly Pick<Mask, "path">[]): string[] {
  const masked = new Set(masks.map(({ path }) => path));
  const above = new Set<string>();
  for (const { path } of masks) {
    const names = path.split("/");
    for (let depth = 1; depth < names.length; depth++) {
      const directory = names.slice(0, depth).join("/");
      if (masked.has(directory)) break;
      above.add(directory);
    }
  }
  return [...above].sort();
}

/**
 * What a mount below the workspace holds back of it; nothing where it holds back nothing, or is no mask.
 * @param empty what has nothing in it, as sources of mounts
 */
export function maskOf(mount: Mount, mounts: readonly Mount[], empty: readonly string[]): Mask["as"] | undefined {
  if (!mount.at.startsWith("/workspace/") || !mount.readOnly) return undefined;
  if (empty.includes(mount.source)) return "empty";
  return showsItself(mount, mounts) ? "readonly" : undefined;
}

/** What a client's empty masks are made of. */
export function emptySources(client: string, { nothing }: Pick<Masked, "nothing">): string[] {
  return [names(client).volume("empty"), ...(nothing ? [nothing.path] : [])];
}

/** True for a mount that shows a part of the workspace once more in its own place: one that can be written holds nothing back. */
export function showsItself({ at, source }: Mount, mounts: readonly Mount[]): boolean {
  const workspace = mounts.find(({ at }) => at === "/workspace")?.source;
  return at.startsWith("/workspace/") && source === `${workspace}${at.slice("/workspace".length)}`;
}

/** True for a mount that shows a part of the workspace once more in its own place, or nothing. */
export function isMask(mount: Mount, mounts: readonly Mount[], nothing: Masked["nothing"]): boolean {
  return (
    showsItself(mount, mounts) ||
    (mount.at.startsWith("/workspace/") && mount.source === nothing?.path && mount.readOnly)
  );
}
