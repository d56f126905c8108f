import { foldsCase } from "../../../host/folds-case.ts";
import { NamesUnseen, otherNames } from "../../../host/other-names.ts";
import { asText, shown, TooMuch, type Tree } from "../../../host/tree.ts";
import type { Facts } from "../../../plan/facts.ts";
import { present } from "../../../stack-file/present.ts";
import { printable } from "../../../stack-file/printable.ts";
import { nearest, type Problem } from "../../../stack-file/problem.ts";
import type { Spec } from "../../../stack-file/spec.ts";
import type { Mask } from "../mask.ts";
import { EVERY_LEVEL } from "../pattern.ts";
import { maskHooks, NESTED } from "./hook-masks.ts";
import { type Asker, key, leadsOut, MaskSet, MOST_TOLD, removal, replaceable, type There } from "./mask-set.ts";
import { type Repository, readBare, readRepository } from "./repositories.ts";
import { tellTracked } from "./tracked-masks.ts";
import { type Searched, searchTree } from "./tree-search.ts";

/** What is seen of the workspace where masks are concerned. */
export interface MaskSurvey extends Pick<Facts, "masks" | "above" | "opened"> {
  /** Whether an empty file has to lie over a file. */
  needsNothing: boolean;
  warnings: Problem[];
  problems: Problem[];
}

/** A mask as the client declares it, with its number in the stack file. */
interface Declared {
  path: string;
  as: Mask["as"];
  index: number;
}

/** Below these, no repository is looked for: 100,000 files that a package manager put there are 0.2 s, and it leaves no `.git` among them. */
const PACKAGES = ["node_modules"];

/**
 * What of the workspace is there for `masks` to lie over, sorted: what the client declares, and, whatever that is, the directories from which git on the
 * host runs programs. Judged by real paths: a link is followed, and what it leads to is masked; one that leads out of the workspace is refused, for
 * a mask would then show the agent a place it never had.
 * @param workspace with links resolved
 * @param most names that are read at most
 * @param folds whether its file system takes several spellings for one name
 */
export function surveyMasks(
  spec: Pick<Spec, "masks">,
  workspace: string,
  most?: number,
  folds = foldsCase(workspace),
): MaskSurvey {
  const masks = new MaskSet(workspace, most);
  const declared = spec.masks.flatMap(({ path, as }, index) => (as === "writable" ? [] : [{ path, as, index }]));
  const found: Omit<MaskSurvey, "masks" | "above" | "needsNothing"> = { opened: [], warnings: [], problems: [] };
  try {
    look(masks, spec.masks, declared, folds, found);
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    found.problems.push(describeTooMuch(declared, error.message));
  }
  const all = masks.all().map(({ mask }) => mask);
  return {
    ...found,
    masks: all,
    above: masks.above(),
    needsNothing: all.some(({ as, kind }) => as === "empty" && kind === "file"),
  };
}

/** @throws TooMuch */
function look(
  masks: MaskSet,
  all: Spec["masks"],
  declared: readonly Declared[],
  folds: boolean,
  found: Omit<MaskSurvey, "masks" | "above" | "needsNothing">,
): void {
  const { tree } = masks;
  const nested = !all.some(({ path, as }) => as === "writable" && NESTED.some((one) => one === path));
  const searched = searchTree(
    tree,
    [
      ...declared.map(({ path }) => ({ names: path.split("/") })),
      ...[".git", "HEAD"].map((name) =>
        nested ? { names: [EVERY_LEVEL, name], without: [...PACKAGES, ".git"] } : { names: [name] },
      ),
    ],
    folds,
  );
  const bare = declared.length + 1;
  const fitting = new Set(searched.outside.map(({ search }) => declared[search]));
  for (const { search, found: name, at } of searched.hits) {
    const asked = declared[search];
    const there = asked && masks.at(at);
    if (there && "unseen" in there) searched.shut.push({ at, code: there.unseen, searches: [search] });
    else if (asked && there) {
      declare(masks, asked, name, there, found);
      fitting.add(asked);
    }
  }
  const repositories: Repository[] = [];
  for (const { search, at } of searched.hits.filter(({ search }) => !declared[search]).sort(byDepth)) {
    try {
      repositories.push(...[(search === bare ? readBare : readRepository)(tree, at) ?? []].flat());
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!code) throw error;
      searched.shut.push({ at, code, searches: [declared.length] });
    }
  }
  const unseen = describeUnseen(tree, declared, searched);
  const hooks = maskHooks(masks, repositories, all, folds);
  found.opened = hooks.opened;
  found.problems.push(...unseen.problems, ...hooks.problems);
  found.warnings.push(...unseen.warnings, ...hooks.warnings);
  for (const asked of declared)
    if (!fitting.has(asked) && !found.problems.some(({ path }) => path === key(asked.index)))
      found.warnings.push(describeUnfit(tree, asked));
  const many = masks.tooMany();
  if (many) found.problems.push(describeTooMany(many, all));
  else {
    for (const open of [tellOtherNames(masks), ...(folds ? [tellSpellings(masks)] : [])]) {
      found.problems.push(...open.problems);
      found.warnings.push(...open.warnings);
    }
    found.warnings.push(...tellTracked(masks, repositories));
  }
}

/** Names by which masked files are open. What is wrong with a repository of the agent's making stops nothing. */
function tellOtherNames(masks: MaskSet): Pick<MaskSurvey, "problems" | "warnings"> {
  const found: Pick<MaskSurvey, "problems" | "warnings"> = { problems: [], warnings: [] };
  const all = masks.all();
  try {
    for (const { mask, file, name } of otherNames(
      masks.workspace,
      all.map((one) => one.mask),
      masks.tree.again(),
    ).slice(0, MOST_TOLD)) {
      const one = present(
        all.find((one) => one.mask.path === mask),
        `the mask ${mask}`,
      );
      const { of } = one;
      (isNested(one) ? found.warnings : found.problems).push({
        path: of === "default" ? "masks" : key(of),
        message: `${shown(name)} is another name of ${shown(file)} (a hard link), and no mask lies over it: an agent can read and write the file there. Remove the name that should not be: ${removal(name)}`,
      });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof NamesUnseen) found.problems.push({ path: "masks", message: error.message });
    else if (!code && !(error instanceof TooMuch)) throw error;
    else
      found.warnings.push({
        path: "masks",
        message: `whether what is masked has other names (hard links) is not known: ${code ?? `the workspace ${(error as Error).message}`}`,
      });
  }
  return found;
}

/**
 * Names in another spelling, of a file system that takes it for the same. A mount lies over an entry of the kernel's, and where the file system of an engine's machine leaves spelling to
 * the one it is shared from, each spelling of a file is an entry of its own: on FUSE in Linux 6.18 a file that a mask of `.env` hid was read as `.ENV`, and hooks were written as `.GIT/hooks` where
 * entries were told apart by their names, and not by the number of the file (2026-11-30). Which of them a machine has, nobody can ask it.
 */
function tellSpellings(masks: MaskSet): Pick<MaskSurvey, "problems" | "warnings"> {
  const spelled = masks.all().filter(({ mask: { path } }) => /[a-z]/i.test(path));
  const told = [...Map.groupBy(spelled, (one) => `${one.of} ${isNested(one)}`).values()].map((those) => {
    const [first] = those;
    const { mask, of } = present(first, "a mask of a group");
    const others = those.length > 1 ? `, and ${those.length - 1} more like that` : "";
    return {
      nested: isNested({ mask, of }),
      path: of === "default" ? "masks" : key(of),
      message: `${mask.path} is ${mask.path === mask.path.toUpperCase() ? mask.path.toLowerCase() : mask.path.toUpperCase()} as well to the file system of the workspace${others}, and a mask lies over one spelling: an agent may ${mask.as === "empty" ? "read" : "write"} it by another. Keep the workspace where two spellings are two names (macOS: on a volume formatted as APFS (Case-sensitive); WSL: in the distribution's own file system, and not below /mnt/c), or ${of === "default" ? `leave hooks to the agent: {path: "${isNested({ mask, of }) ? NESTED[0] : mask.path}", as: writable}` : "take the mask away"}`,
    };
  });
  return {
    problems: told.flatMap(({ nested, ...problem }) => (nested ? [] : [problem])),
    warnings: told.flatMap(({ nested, ...problem }) => (nested ? [problem] : [])),
  };
}

/** A repository within the workspace may be one of the agent's making, and stops nothing. */
function isNested({ mask, of }: { mask: Pick<Mask, "path">; of: Asker }): boolean {
  return of === "default" && !/^\.git(\/|$)/i.test(mask.path);
}

/** Adds a mask of the client's over a place that fits it. @param there what is at the place */
function declare(
  masks: MaskSet,
  { path: pattern, as, index }: Declared,
  found: string,
  there: There | { outside: string },
  { problems, warnings }: Pick<MaskSurvey, "problems" | "warnings">,
): void {
  const path = key(index);
  if ("outside" in there) problems.push({ path, message: leadsOut(found, there.outside) });
  else if (!there.kind)
    problems.push({ path, message: `${shown(found)} is neither a file nor a directory; ${removal(there.at)}` });
  else if (there.text === undefined)
    // What an agent may read as it is can wait for the person; what it may not see cannot.
    (as === "empty" ? problems : warnings).push({
      path,
      message: `${shown(found)} fits "${pattern}", and nothing is mounted over a name that is no printable text; rename or remove it in the workspace: ${removal(there.at)}`,
    });
  else {
    if (there.link && as === "readonly") warnings.push({ path, message: replaceable(found, there.text) });
    masks.add(there.text, there.kind, as, index);
  }
}

/** Directories that could not be looked into, so what is in them may have lost its mask, and links that lead out. */
function describeUnseen(
  tree: Tree,
  declared: readonly Declared[],
  { shut, outside }: Searched,
): Pick<MaskSurvey, "problems" | "warnings"> {
  const path = (asked: Declared | undefined) => (asked ? key(asked.index) : "masks");
  const deep = shut.filter(({ code }) => code === "ENAMETOOLONG").slice(0, 1);
  return {
    problems: [
      ...shut
        .filter(({ at, code }) => code !== "ENAMETOOLONG" && !isOthers(tree, at, code))
        .map(({ at, code, searches }) => ({ at, code, asked: searches.map((search) => declared[search])[0] }))
        .map(({ at, code, asked }) => ({
          path: path(asked),
          message: `what ${asked?.path ?? ".git/hooks"} is cannot be seen (${code}: ${shown(at) || "the workspace itself"}), and would lose its mask; an agent may have shut a directory: chmod u+rwx it`,
        })),
      ...outside.map(({ search, found, target }) => ({
        path: path(declared[search]),
        message: leadsOut(found, target),
      })),
    ],
    warnings: deep.map(({ at }) => ({
      path: "masks",
      message: `below ${shown(at.slice(0, 80))}… paths are too long to be named, and nothing there is masked; remove it`,
    })),
  };
}

/** A directory that another user has shut is shut to the agent, too, when the agent is this person. */
function isOthers(tree: Tree, at: string, code: string): boolean {
  try {
    const me = process.geteuid?.();
    return code === "EACCES" && tree.look("")?.uid === me && tree.look(at)?.uid !== me;
  } catch {
    return false;
  }
}

function describeUnfit(tree: Tree, { path: pattern, index }: Declared): Problem {
  const near = nearestPattern(tree, pattern);
  return {
    path: key(index),
    message: `"${pattern}" fits nothing in the workspace, so nothing is masked by it.${near ? ` Did you mean "${near}"?` : ""}`,
  };
}

/** What a pattern would have to be to fit something, when one of its names is a slip. */
function nearestPattern(tree: Tree, pattern: string): string | undefined {
  try {
    return nearestIn(tree, pattern.split("/"));
  } catch (error) {
    // In a directory that is shut to this person nobody looks for slips.
    if (!(error as NodeJS.ErrnoException).code) throw error;
    return undefined;
  }
}

function nearestIn(tree: Tree, names: readonly string[]): string | undefined {
  for (const [index, name] of names.entries()) {
    const at = names.slice(0, index).join("/");
    if (name.includes("*") || tree.look(at)?.isDirectory() !== true) return undefined;
    const there = tree.list(at).flatMap((entry) => asText(entry.name) ?? []);
    if (there.includes(name)) continue;
    const alike = there.filter((one) => Math.abs(one.length - name.length) <= name.length / 3);
    const near = nearest(name, alike.slice(0, 1000));
    return near && printable([...names.slice(0, index), near, ...names.slice(index + 1)].join("/"));
  }
  return undefined;
}

function describeTooMuch(declared: readonly Declared[], what: string): Problem {
  const levels = declared.find(({ path }) => path.split("/").includes(EVERY_LEVEL));
  return levels
    ? {
        path: key(levels.index),
        message: `"${levels.path}" looks at every level, and the workspace ${what}; name the directories it is for`,
      }
    : {
        path: "masks",
        message: `the workspace ${what}, and hooks of git in it are masked by default; remove what fills it, or leave those of nested repositories to the agent: {path: "${NESTED[0]}", as: writable}`,
      };
}

function describeTooMany({ of, size }: NonNullable<ReturnType<MaskSet["tooMany"]>>, all: Spec["masks"]): Problem {
  return of === "default"
    ? {
        path: "masks",
        message: `hooks of git are masked by default, at ${size}. Remove repositories that you did not make, or leave nested ones to the agent: {path: "${NESTED[0]}", as: writable}`,
      }
    : {
        path: key(of),
        message: `"${present(all[of], key(of)).path}" fits ${size}. Mask a directory that holds them, or remove what you did not make`,
      };
}

function byDepth(a: { at: string }, b: { at: string }): number {
  return a.at.split("/").length - b.at.split("/").length || (a.at < b.at ? -1 : 1);
}
