import { posix } from "node:path";
import { readSmall } from "../../../host/read-small.ts";
import type { Tree } from "../../../host/tree.ts";

/** What git on the host uses of a repository's `.git`, and an agent could change. Paths of the tree, in which links may be. */
export interface Repository {
  /** Where `.git` is. */
  at: string;
  kind: "directory" | "link" | "file" | "bare";
  /** Where the repository itself is, when that is no part of the tree. */
  outside?: string;
  /** Directories from which git runs programs, there or not: its own, and those of its submodules. */
  hooks: string[];
  /** A linked worktree: git makes and removes them, and an agent does at work. */
  worktree?: true;
  /** The list of what it tracks. */
  index?: string;
}

/**
 * Reads what `.git` is: a directory, a link, or a file that says where the repository is, as linked worktrees and submodules have it. Nothing of git is run: its
 * settings are the agent's, and name programs.
 * @throws what the system says of a directory that cannot be looked into, and TooMuch
 */
export function readRepository(tree: Tree, at: string): Repository | undefined {
  const stat = tree.look(at);
  if (!stat) return undefined;
  const kind = stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "link" : "file";
  const own = kind === "directory" ? { inside: at } : tree.resolve(at);
  if (!own) return { at, kind, hooks: [] };
  if ("outside" in own) return { at, kind, hooks: [], outside: own.outside };
  const git = tree.look(own.inside)?.isDirectory() ? own : said(tree, own.inside, /^gitdir: (.+?)\n*$/s);
  if (git && "outside" in git) return { at, kind, hooks: [], outside: git.outside };
  if (!git || !tree.look(git.inside)?.isDirectory()) return { at, kind, hooks: [] };
  // A linked worktree's own directory has its index, and names the one that it shares with the others: hooks are there.
  const shared = said(tree, `${git.inside}/commondir`, /^(.+?)\n*$/s);
  const common = shared ?? git;
  const index = `${git.inside}/index`;
  if ("outside" in common) return { at, kind, hooks: [], outside: common.outside, index };
  const hooks = [common.inside, ...modules(tree, `${common.inside}/modules`)].map((directory) => `${directory}/hooks`);
  return { at, kind, hooks, index, ...(shared && kind === "file" && { worktree: true as const }) };
}

/** A repository without a work tree, as mirrors are, by its HEAD: git takes a directory for one by what is in it (setup.c, is_git_directory). */
export function readBare(tree: Tree, head: string): Repository | undefined {
  const at = posix.dirname(head) === "." ? "" : posix.dirname(head);
  const below = (name: string) => (at === "" ? name : `${at}/${name}`);
  if (!["objects", "refs"].every((name) => tree.look(below(name))?.isDirectory())) return undefined;
  return { at: head, kind: "bare", hooks: [below("hooks")] };
}

/** In a repository, folders that hold none of a submodule. */
const CONTENT = ["branches", "hooks", "info", "lfs", "logs", "objects", "refs", "worktrees"];

/** The repositories of submodules, at any depth: a submodule's name may have slashes, and it may have submodules of its own. */
function modules(tree: Tree, at: string): string[] {
  if (!tree.look(at)?.isDirectory()) return [];
  const found: string[] = [];
  const open = [at];
  for (const directory of open) {
    const entries = tree.list(directory);
    const repository = entries.some(({ name }) => name === "HEAD");
    if (repository) found.push(directory);
    for (const { name, directory: below } of entries)
      if (below && !(repository && CONTENT.includes(name))) open.push(`${directory}/${name}`);
  }
  return found;
}

/** Where a small file of git says that something is, from its own place. */
function said(tree: Tree, file: string, form: RegExp): ReturnType<Tree["resolve"]> {
  const text = readSmall(tree.path(file));
  const path = text === undefined ? undefined : form.exec(text)?.[1];
  if (path === undefined || path.includes("\0")) return undefined;
  return tree.resolve(path.startsWith("/") ? path : `${posix.dirname(file)}/${path}`);
}
