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
  /** Directories that could not be looked into, links that could not be followed, and the searches that end there. */
  shut: { at: string; code: string; searches: number[] }[];
  /** Links on the way that lead out of the tree. */
  outside: { search: number; found: string; target: string }[];
}

/** A name that is looked for. */
interface Wanted {
  name: string;
  fits: (name: string) => boolean;
  /** The one below it; none below the last. */
  below: Wanted | undefined;
}

/** How far a search has come. */
interface Step {
  search: number;
  without: readonly string[];
  /** The name that is next. */
  wanted: Wanted;
}

/**
 * Looks for all searches at once, level by level, so that no directory is read twice. A link is followed where a name fits it, and never for `**`: what it leads
 * to in the tree is found there. It ends, for each link followed is a name of a search done.
 * @param folds any spelling of a name's letters is that name (host/folds-case.ts)
 * @throws TooMuch
 */
export function searchTree(tree: Tree, searches: readonly Search[], folds = false): Searched {
  const result: Searched = { hits: [], shut: [], outside: [] };
  const begun = searches.flatMap(({ names, without = [] }, search): Step[] => {
    const wanted = chain(names, folds);
    return wanted ? [{ search, without, wanted }] : [];
  });
  let level = [{ found: "", at: "", steps: begun }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { found, at, steps } of level) {
      const open = steps.flatMap(alsoWithoutLevels);
      for (const { name, directory, link } of entries(tree, at, open, folds, result)) {
        const on: Step[] = [];
        const kept: Step[] = [];
        for (const step of open) {
          const { search, without, wanted } = step;
          if (wanted.name === EVERY_LEVEL) {
            if (directory && !without.includes(name)) kept.push(step);
          } else if (wanted.fits(name)) {
            if (wanted.below) on.push({ search, without, wanted: wanted.below });
            else result.hits.push({ search, found: join(found, name), at: join(at, name) });
          }
        }
        if (directory && on.length + kept.length > 0)
          next.push({ found: join(found, name), at: join(at, name), steps: [...on, ...kept] });
        if (link && on.length > 0) {
          const target = resolved(tree, join(at, name), on, result);
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

function chain(names: readonly string[], folds: boolean): Wanted | undefined {
  return names.reduceRight<Wanted | undefined>(
    (below, name) => ({ name, fits: name === EVERY_LEVEL ? () => false : fitName(name, folds), below }),
    undefined,
  );
}

/** A step before `**`, and the one after it: it may stand for no directory. */
function alsoWithoutLevels(step: Step): Step[] {
  const { name, below } = step.wanted;
  return name === EVERY_LEVEL && below ? [step, ...alsoWithoutLevels({ ...step, wanted: below })] : [step];
}

/** Where a link leads; one into a directory that is shut is told as that directory is. */
function resolved(tree: Tree, at: string, steps: readonly Step[], result: Searched): ReturnType<Tree["resolve"]> {
  try {
    return tree.resolve(at);
  } catch (error) {
    tellShut(error, at, steps, result);
    return undefined;
  }
}

/** @throws what is no word of the system's */
function tellShut(error: unknown, at: string, steps: readonly Step[], { shut }: Searched): void {
  const { code } = error as NodeJS.ErrnoException;
  if (!code) throw error;
  shut.push({ at, code, searches: [...new Set(steps.map(({ search }) => search))] });
}

/** What of a directory some search asks for. Where all name what they want, in its one spelling, the rest is not read. */
function entries(
  tree: Tree,
  at: string,
  steps: readonly Step[],
  folds: boolean,
  result: Searched,
): ReturnType<Tree["list"]> {
  try {
    const names = steps.map(({ wanted }) => wanted.name);
    if (folds || names.some((name) => name.includes("*"))) return tree.list(at);
    return [...new Set(names)].flatMap((name) => {
      const stat = tree.look(join(at, name));
      return stat ? [{ name, directory: stat.isDirectory(), link: stat.isSymbolicLink() }] : [];
    });
  } catch (error) {
    tellShut(error, at, steps, result);
    return [];
  }
}

function join(at: string, name: string): string {
  return at === "" ? name : `${at}/${name}`;
}
