import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { gitSetting } from "../../host/git-config.ts";
import { pathIn } from "../../host/git-pointer.ts";
import { ownFile } from "../../host/own-file.ts";
import { readSmall } from "../../host/read-small.ts";
import { realPath } from "../../host/real-path.ts";
import { sourceId } from "../../host/source-id.ts";
import type { Writable } from "../../host/writable.ts";
import { within } from "../../plan/path.ts";
import { printable } from "../../stack-file/printable.ts";
import { REPOSITORY, type Repository, SHARED_BY_WORKTREES, type View } from "./repository.ts";

/** What git in the sandbox cannot do without: thrown with the rest of a sentence about the repository. */
class Unfit extends Error {}

/**
 * The repository of a workspace whose `.git` is a file that leads out of it. What the file says is an agent's word, who may have written it in an earlier run: a directory is
 * taken for the repository only where it is one, lies in nothing that agents write, and names this workspace itself, in a file that no agent can write. No link is followed.
 * @param workspace its real path, and who owns it
 * @returns nothing where `.git` is no such file; a warning where its repository is not mounted
 */
export function surveyRepository(
  workspace: { path: string; uid: number },
  writable: readonly Writable[],
): { repository?: Repository; warning?: string } {
  const said = pathIn(join(workspace.path, ".git"), /^gitdir: (.+?)\n*$/s);
  const own = said === undefined ? undefined : resolve(workspace.path, said);
  if (own === undefined || within(own, workspace.path)) return {};
  const given = { ...workspace, writable };
  try {
    if (within(realPath(own) ?? own, workspace.path)) return {};
    return { repository: isWorktree(own) ? worktree(own, given) : apart(own, given) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof Unfit) && code === undefined) throw error;
    const why = error instanceof Unfit ? error.message : `cannot be looked at (${code})`;
    return {
      warning: `.git says that the repository is ${printable(own)}, which ${why}: git works on the host and not in the sandbox`,
    };
  }
}

/** What is mounted for, and what agents write. */
interface Given {
  path: string;
  uid: number;
  writable: readonly Writable[];
}

function isWorktree(own: string): boolean {
  return basename(dirname(own)) === "worktrees";
}

/**
 * Of a linked worktree its own directory, and what all share. An agent writes objects, refs, logs and what is this worktree's own. What decides which programs git runs on the
 * host (config, hooks, commondir, modules) lies in directories that it cannot write: a mask over config alone would be lifted by the next `git config` on the host, which replaces the file.
 */
function worktree(own: string, given: Given): Repository {
  const shared = dirname(dirname(own));
  mustBeOurs(own, shared, given);
  if (pathIn(join(own, "commondir"), /^(.+?)\n*$/s) !== "../..")
    throw new Unfit("does not name the repository that it lies in (commondir)");
  if (pathIn(join(own, "gitdir"), /^(.+?)\n*$/s) !== join(given.path, ".git"))
    throw new Unfit("does not name this workspace (gitdir); where it was moved: git worktree repair");
  mustBeRepository(shared);
  if (!isDirectory(join(shared, "logs"))) throw new Unfit(`has no logs in ${shared}; make the directory (mkdir)`);
  const at = `${REPOSITORY}/worktrees/${basename(own)}`;
  const over = (name: string, text: string): View => pinned(`${at}/${name}`, made(text, given));
  const settings = join(own, "config.worktree");
  if (isThere(settings) && !isFile(settings)) throw new Unfit(`has a config.worktree that is no file; remove it`);
  const written = ["objects", "refs", "logs", "lfs", "rr-cache", "reftable"].filter((name) =>
    isDirectory(join(shared, name)),
  );
  return {
    pointer: made(`gitdir: ${at}\n`, given),
    views: [
      view(REPOSITORY, shared, true),
      ...written.map((name) => view(`${REPOSITORY}/${name}`, join(shared, name), false)),
      view(at, own, false),
      over("commondir", `${SHARED_BY_WORKTREES}\n`),
      over("gitdir", "/workspace/.git\n"),
      // One that is made later counts as soon as git on the host is told that worktrees have settings of their own (sparse-checkout tells it). An engine leaves an empty one
      // on the host where there was none.
      lstatSync(settings, { throwIfNoEntry: false })?.size
        ? pinned(`${at}/config.worktree`, { path: settings, id: sourceId(settings) })
        : over("config.worktree", ""),
    ],
  };
}

/** Of a submodule, or a repository that was made apart from its work tree, the directory as it is: it is this workspace's alone. Hooks and config lie under masks. */
function apart(own: string, given: Given): Repository {
  mustBeOurs(own, own, given);
  mustBeRepository(own);
  const config = readSmall(join(own, "config"), 65_536);
  const tree = config === undefined ? undefined : gitSetting(config, "core", "worktree");
  if (config === undefined || tree === undefined || realPath(resolve(own, tree)) !== given.path)
    throw new Unfit("does not name this workspace (core.worktree)");
  if (/^\s*\[\s*extensions\b/im.test(config)) throw new Unfit("has extensions of git in its config");
  if (!isDirectory(join(own, "hooks"))) throw new Unfit(`has no hooks in ${own}; make the directory (mkdir)`);
  const settings = `${REPOSITORY}.config`;
  const text = `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = /workspace\n[include]\n\tpath = ${settings}\n`;
  const held = ["hooks", "modules"].filter((name) => isDirectory(join(own, name)));
  return {
    pointer: made(`gitdir: ${REPOSITORY}\n`, given),
    views: [
      view(REPOSITORY, own, false),
      view(settings, join(own, "config"), true, true),
      ...held.map((name) => view(`${REPOSITORY}/${name}`, join(own, name), true, true)),
      pinned(`${REPOSITORY}/config`, made(text, given)),
    ],
  };
}

/** Whether a place leads there without a link, outside of what agents write. @param holds the whole repository */
function mustBeOurs(own: string, holds: string, { path, writable }: Given): void {
  if (realPath(own) !== own) throw new Unfit("is not there, or a link leads to it");
  if (printable(own) !== own || own.includes(":"))
    throw new Unfit("has a colon in its name, or a letter that no terminal shows as it is; move it");
  if (within(path, holds)) throw new Unfit("holds the workspace, which would be seen past its masks");
  const held = writable.find((place) => within(own, place.path) || within(place.path, holds));
  if (held) throw new Unfit(`is inside or holds ${held.what}, where an agent can change it`);
}

/** What git takes for a repository (setup.c, is_git_directory), and no part of it a link. */
function mustBeRepository(at: string): void {
  const parts = [
    isFile(join(at, "HEAD")),
    isFile(join(at, "config")),
    ...["objects", "refs"].map((name) => isDirectory(join(at, name))),
  ];
  if (parts.includes(false)) throw new Unfit("is no repository, or a part of it is a link");
}

function view(at: string, source: string, readOnly: boolean, isPinned?: true): View {
  return { at, source, id: sourceId(source), readOnly, ...(isPinned && { pinned: true }) };
}

function pinned(at: string, { path, id }: { path: string; id: string }): View {
  return { at, source: path, id, readOnly: true, pinned: true };
}

/** A file of ours with this text, which git takes only of the user as whom it runs. */
function made(text: string, { uid, writable }: Given): { path: string; id: string } {
  const name = createHash("sha256").update(`${uid} ${text}`).digest("hex").slice(0, 16);
  const file = ownFile(
    { name: `git-${name}`, text, what: "leads git to a workspace's repository", owner: uid },
    writable,
  );
  if (typeof file === "string") throw new Unfit(`cannot be shown (${file})`);
  return file;
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
