import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathIn } from "./git-pointer.ts";

/**
 * The git repository that a directory is in, which all its worktrees share: its `.git`, or what that leads to. Git is not run.
 * @returns nothing where it is in none
 */
export function repositoryOf(directory: string): string | undefined {
  const git = join(directory, ".git");
  const own = isDirectory(git) ? git : said(git, /^gitdir: (.+?)\n*$/s);
  if (own !== undefined) return said(join(own, "commondir"), /^(.+?)\n*$/s) ?? own;
  return dirname(directory) === directory ? undefined : repositoryOf(dirname(directory));
}

/** Where a small file of git says that something is, from its own place. */
function said(file: string, form: RegExp): string | undefined {
  const path = pathIn(file, form);
  return path ? resolve(dirname(file), path) : undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
