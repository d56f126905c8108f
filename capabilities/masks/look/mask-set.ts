import { sourceId } from "../../../host/source-id.ts";
import { asText, shown, Tree } from "../../../host/tree.ts";
import { within } from "../../../plan/path.ts";
import { printable } from "../../../stack-file/printable.ts";
import { directoriesAbove, type Mask, MOST_MASK_MOUNTS, type Place } from "../mask.ts";

/** Who asks for a mask: one of the client's, by its number in the stack file, or the default. */
export type Asker = number | "default";

/** What is at a place of the workspace, links followed. */
export interface There {
  at: string;
  /** The path as a mount may have it; nothing where it is no UTF-8, or a terminal would not show it as it is. */
  text: string | undefined;
  kind: Mask["kind"] | undefined;
  /** Whether a link led there. */
  link: boolean;
}

/** The masks of one client as they are found, by place. */
export class MaskSet {
  readonly tree: Tree;
  readonly workspace: string;
  private readonly found = new Map<string, { mask: Mask; of: Asker }>();

  constructor(workspace: string, most?: number) {
    this.workspace = workspace;
    this.tree = new Tree(workspace, most);
  }

  /** Nothing where nothing is, or a link leads nowhere. `unseen` is the system's word for why it cannot be told, as of a link into a directory that an agent has shut. @throws TooMuch */
  at(at: string): There | { outside: string } | { unseen: string } | undefined {
    try {
      return this.lookAt(at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!code) throw error;
      return { unseen: code };
    }
  }

  private lookAt(at: string): There | { outside: string } | undefined {
    const target = this.tree.resolve(at);
    if (!target || "outside" in target) return target;
    if (target.inside === "") return { outside: "the workspace itself" };
    const stat = this.tree.look(target.inside);
    if (!stat) return undefined;
    const text = asText(target.inside);
    return {
      at: target.inside,
      text: text !== undefined && printable(text) === text ? text : undefined,
      kind: stat.isDirectory() ? "directory" : stat.isFile() ? "file" : undefined,
      link: target.inside !== at,
    };
  }

  /** Of two masks over one place, the one that hides more; what is asked for first stays. */
  add(path: string, kind: Mask["kind"], as: Mask["as"], of: Asker): void {
    const before = this.found.get(path);
    const place = before && before.mask.as === as ? undefined : this.identified(path);
    if (place && !(before?.mask.as === "empty")) this.found.set(path, { mask: { ...place, kind, as }, of });
  }

  has(path: string): boolean {
    return this.found.has(path);
  }

  /** All of them, sorted by path. In an empty directory there is nothing that could be mounted over. */
  all(): { mask: Mask; of: Asker }[] {
    const all = [...this.found.values()];
    const empty = all.filter(({ mask }) => mask.as === "empty" && mask.kind === "directory");
    return all
      .filter(({ mask: { path } }) => !empty.some(({ mask }) => path !== mask.path && within(path, mask.path)))
      .sort((a, b) => (a.mask.path < b.mask.path ? -1 : 1));
  }

  above(): Place[] {
    return directoriesAbove(this.all().map(({ mask }) => mask)).flatMap((path) => this.identified(path) ?? []);
  }

  /** Who asks for most when all are more than an engine is asked to mount, and how much it is. */
  tooMany(): { of: Asker; size: string } | undefined {
    const all = this.all();
    const mounts = mountsOf(all.map(({ mask }) => mask));
    if (mounts <= MOST_MASK_MOUNTS) return undefined;
    const [most] = [...Map.groupBy(all, ({ of }) => of)].sort(([, a], [, b]) => b.length - a.length);
    if (!most) return undefined;
    const [of, those] = most;
    return {
      of,
      size: `${those.length} places in the workspace; with the directories above, all masks are ${mounts} mounts, and at most ${MOST_MASK_MOUNTS} are made`,
    };
  }

  /** Whether these may be masked as well. */
  hasRoomFor(paths: readonly string[]): boolean {
    const masks = [...this.all().map(({ mask }) => mask), ...paths.map((path) => ({ path }))];
    return mountsOf(masks) <= MOST_MASK_MOUNTS;
  }

  private identified(path: string): Place | undefined {
    try {
      return { path, id: sourceId(`${this.workspace}/${path}`) };
    } catch {
      // Gone since it was found.
      return undefined;
    }
  }
}

function mountsOf(masks: readonly Pick<Mask, "path">[]): number {
  return masks.length + directoriesAbove(masks).length;
}

/** What is said of masks of one kind, one by one: more of it is no help. */
export const MOST_TOLD = 5;

/** A mask of the stack file, as problems name it. */
export function key(index: number): string {
  return `masks[${index}]`;
}

/** Why a link is not masked that leads out of the workspace: what it leads to is no part of what the agent has. */
export function leadsOut(found: string, target: string): string {
  return `${shown(found)} is a link that leads to ${shown(target)}, which is no part of the workspace; remove the link, or what asks for a mask there`;
}

/** The warning that a mask holds only for what a link leads to: the link itself can be replaced by the agent. */
export function replaceable(found: string, target?: string): string {
  return `${shown(found)} is a link, and an agent can put something else in its place${target === undefined ? "" : `, although ${target} is masked`}: put what it leads to there instead`;
}

/** How a place is removed by a command that can be copied, whatever is in its name. */
export function removal(at: string): string {
  const text = at.replace(/[^ -~]|['\\]/g, (byte) =>
    /['\\]/.test(byte) ? `\\${byte}` : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `rm -ri -- $'${text}'`;
}

/** `a, b, c and 4 more`. */
export function some(names: readonly string[]): string {
  const more = names.length - 3;
  return `${names.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
