import type { Tree } from "../../../host/tree.ts";
import { EVERY_LEVEL, fitName } from "../pattern.ts";

/** What is looked for: names one below the other, each with `*` for any text, or `**` for every level. The last is no `**`. */
export interface Search {
  names: readonly string[];
  /** Names of directories that `**` does not stand for, nor for what is in them. */
  without?: readonly string[];
}

export interface Hit {
  /** The number of the search. */
  search: number;
  /** As it was found, by the names that fit. */
  found: string;
  /** The same place with the links on the way followed; its own last name is not. */
  at: string;
}

export interface Searched {
  hits: Hit[];
  /** Directories that could not be looked into, and the searches that end there. */
  shut: { at: string; code: string; searches: number[] }[];
  /** Links on the way that lead out of the tree. */
  outside: { search: number; found: string; target: string }[];
}

interface Step {
  search: number;
  /** How many of its names are found. */
  done: number;
}

/**
 * Looks for all searches at once, level by level, so that no directory is read twice. A link is followed where a name fits it, and never for `**`: what it leads
 * to in the tree is found there. It ends, for each link followed is a name of a search done.
 * @throws TooMuch
 */
export function searchTree(tree: Tree, searches: readonly Search[]): Searched {
  const fits = searches.map(({ names }) => names.map((name) => (name === EVERY_LEVEL ? () => false : fitName(name))));
  const result: Searched = { hits: [], shut: [], outside: [] };
  let level = [{ found: "", at: "", steps: searches.map((_, search): Step => ({ search, done: 0 })) }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { found, at, steps } of level) {
      const open = steps.flatMap((step) => alsoWithoutLevels(step, searches));
      for (const { name, directory, link } of entries(tree, at, open, searches, result)) {
        const on: Step[] = [];
        const kept: Step[] = [];
        for (const { search, done } of open) {
          const { names, without } = searches[search]!;
          if (names[done] === EVERY_LEVEL) {
            if (directory && !without?.includes(name)) kept.push({ search, done });
          } else if (fits[search]![done]!(name)) {
            if (done + 1 === names.length) result.hits.push({ search, found: join(found, name), at: join(at, name) });
            else on.push({ search, done: done + 1 });
          }
        }
        if (directory && on.length + kept.length > 0)
          next.push({ found: join(found, name), at: join(at, name), steps: [...on, ...kept] });
        if (link && on.length > 0) {
          const target = tree.resolve(join(at, name));
          if (target && "inside" in target) next.push({ found: join(found, name), at: target.inside, steps: on });
          else if (target)
            for (const { search } of on)
              result.outside.push({ search, found: join(found, name), target: target.outside });
        }
      }
    }
    level = next;
  }
  return result;
}

/** A step before `**`, and the one after it: it may stand for no directory. */
function alsoWithoutLevels(step: Step, searches: readonly Search[]): Step[] {
  if (searches[step.search]!.names[step.done] !== EVERY_LEVEL) return [step];
  return [step, ...alsoWithoutLevels({ ...step, done: step.done + 1 }, searches)];
}

/** What of a directory some search asks for. Where all name what they want, the rest is not read. */
function entries(
  tree: Tree,
  at: string,
  steps: readonly Step[],
  searches: readonly Search[],
  result: Searched,
): ReturnType<Tree["list"]> {
  try {
    const wanted = steps.map(({ search, done }) => searches[search]!.names[done]!);
    if (wanted.some((name) => name.includes("*"))) return tree.list(at);
    return [...new Set(wanted)].flatMap((name) => {
      const stat = tree.look(join(at, name));
      return stat ? [{ name, directory: stat.isDirectory(), link: stat.isSymbolicLink() }] : [];
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    result.shut.push({ at, code, searches: [...new Set(steps.map(({ search }) => search))] });
    return [];
  }
}

function join(at: string, name: string): string {
  return at === "" ? name : `${at}/${name}`;
}
