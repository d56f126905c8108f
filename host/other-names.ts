import type { Mask } from "../capabilities/masks/mask.ts";
import { within } from "../plan/path.ts";
import { shown, TooMuch, Tree } from "./tree.ts";

/** Thrown when a masked file has more than one name, and not every place could be searched for the others. */
export class NamesUnseen extends Error {}

/** A file that is masked under one of its names, and open under another. */
export interface OtherName {
  /** The mask's path. */
  mask: string;
  /** Paths of the masked file and of its open name, in bytes (latin1 strings). */
  file: string;
  name: string;
}

/**
 * Finds other names of masked files that no mask lies over: a mask hides a name and not the file. An agent that finds a mask lifted (an editor put a new file
 * there) gives the file a second name by a hard link, and reads and writes it from then on, whatever lies over the first. The tree is
 * searched only when a masked file has more than one name.
 * @param workspace with links resolved
 * @throws NamesUnseen; of the masked places themselves, what the system says of one that cannot be looked into, and TooMuch
 */
export function otherNames(
  workspace: string,
  masks: readonly Pick<Mask, "path" | "as">[],
  tree = new Tree(workspace),
): OtherName[] {
  const bytes = masks.map((mask) => ({ ...mask, at: Buffer.from(mask.path).toString("latin1") }));
  const linked = new Map<string, { mask: (typeof bytes)[number]; file: string }>();
  for (const mask of bytes)
    eachFile(tree, mask.at, (file, id, names) => {
      if (names > 1) linked.set(id, { mask, file });
    });
  if (linked.size === 0) return [];
  const found: OtherName[] = [];
  try {
    eachFile(tree, "", (name, id, names) => {
      const of = names > 1 ? linked.get(id) : undefined;
      // A hidden file stays readable where its other name has a mask that only forbids to write.
      const covered = ({ at, as }: (typeof bytes)[number]) =>
        within(name, at) && (as === "empty" || of?.mask.as === as);
      if (of && !bytes.some(covered)) found.push({ mask: of.mask.path, file: of.file, name });
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code && !(error instanceof TooMuch)) throw error;
    const [first] = [...linked.values()].map(({ file }) => shown(file));
    throw new NamesUnseen(
      `${first} has more names than one (hard links), and where they are cannot be seen: ${code ? message : `the workspace ${message}`}`,
    );
  }
  return found;
}

/** Every regular file at or below a place, with what tells it from others and how many names it has. No link is followed. */
function eachFile(tree: Tree, at: string, take: (file: string, id: string, names: number) => void): void {
  const open = [at];
  for (const place of open) {
    const stat = tree.look(place);
    if (stat?.isFile()) take(place, `${stat.dev}:${stat.ino}`, stat.nlink);
    if (!stat?.isDirectory()) continue;
    for (const { name } of tree.list(place)) open.push(place === "" ? name : `${place}/${name}`);
  }
}
