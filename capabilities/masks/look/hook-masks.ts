import { readlinkSync } from "node:fs";
import { posix } from "node:path";
import { shown } from "../../../host/tree.ts";
import type { Facts } from "../../../plan/facts.ts";
import { within } from "../../../plan/path.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import type { Spec } from "../../../stack-file/spec.ts";
import { MOST_MASK_MOUNTS } from "../mask.ts";
import { fitPath } from "../pattern.ts";
import { key, leadsOut, type MaskSet, MOST_TOLD, removal, replaceable, some } from "./mask-set.ts";
import type { Repository } from "./repositories.ts";

/** What a client writes to have the hooks of nested repositories left alone, and not looked for. */
export const NESTED = ["*/**/.git/hooks", "**/.git/hooks"] as const;

/** What is said of a place that no mask can lie over. */
const RUNS = "an agent can put programs there that git runs on this host";

/**
 * Masks what git on the host runs of each repository, whatever the client declares, but for what it leaves to the agent in so many words. An agent may make
 * repositories of any shape: what is wrong with a nested one stops no `up`.
 */
export function maskHooks(
  masks: MaskSet,
  repositories: readonly Repository[],
  declared: Spec["masks"],
  folds = false,
): { opened: Facts["opened"]; problems: Problem[]; warnings: Problem[] } {
  const writable = declared.flatMap(({ path, as }, index) =>
    as === "writable" ? [{ pattern: path, index, fits: fitPath(path, folds) }] : [],
  );
  const opened: { key: string; path: string }[] = [];
  const isOpened = (path: string): boolean => {
    const by = masks.has(path) ? undefined : writable.find(({ fits }) => fits(path));
    if (by) opened.push({ key: key(by.index), path });
    return by !== undefined;
  };
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const strange: string[] = [];
  const missing = new Set<string>();
  const pointers: string[] = [];
  for (const { at, kind, outside, hooks, worktree } of repositories) {
    // Where spelling is no matter, the workspace's own may be .GIT.
    const own = at.toLowerCase() === ".git";
    const tell = (message: string) => (own ? problems.push({ path: "masks", message }) : strange.push(message));
    if (kind === "link" && outside !== undefined) tell(leadsOut(at, outside));
    if (kind === "link" && outside === undefined) strange.push(replaceable(at));
    if (kind === "file" && own && !isOpened(at)) {
      // Another one in its place would lead git to another repository.
      masks.add(at, "file", "readonly", "default");
    }
    if (kind === "file" && !own && hooks.length > 0 && !worktree) pointers.push(at);
    for (const hook of hooks) {
      if (isOpened(shown(hook))) continue;
      const there = masks.at(hook);
      if (there && "unseen" in there)
        tell(`${shown(hook)} cannot be seen (${there.unseen}), and ${RUNS}; remove it: ${removal(hook)}`);
      else if (!there && !masks.tree.look(hook)) missing.add(shown(hook));
      else if (!there) tell(`${shown(hook)} is a link that leads nowhere, and ${RUNS}; remove it`);
      else if ("outside" in there) tell(leadsOut(hook, there.outside));
      else if (!there.kind || there.text === undefined)
        strange.push(`${shown(hook)} cannot be masked, so ${RUNS}; remove it: ${removal(hook)}`);
      else if (!there.link || !isOpened(there.text)) {
        if (there.link) strange.push(replaceable(hook, there.text));
        masks.add(there.text, there.kind, "readonly", "default");
        strange.push(...maskLinked(masks, there.at, isOpened));
      }
    }
  }
  // Before what an agent can make many of: only the first are told.
  strange.unshift(...maskPointers(masks, pointers, isOpened));
  if (missing.size > 0)
    strange.unshift(
      missing.size === 1
        ? `${some([...missing])} is not there, so no mask lies over it, and ${RUNS}. Make the directory (mkdir)`
        : `${some([...missing])} are not there, so no mask lies over them, and ${RUNS}. Make the directories (mkdir)`,
    );
  warnings.push(...strange.slice(0, MOST_TOLD).map((message) => ({ path: "masks", message })));
  if (strange.length > MOST_TOLD)
    warnings.push({ path: "masks", message: `${strange.length - MOST_TOLD} more repositories are like that` });
  for (const { pattern, index } of writable) {
    if (opened.some((one) => one.key === key(index))) continue;
    // These are not even looked for.
    if (NESTED.some((nested) => nested === pattern)) opened.push({ key: key(index), path: pattern });
    else
      warnings.push({
        path: key(index),
        message: `"${pattern}" is no place that is masked by default, so it leaves nothing to the agent`,
      });
  }
  return { opened, problems, warnings };
}

/**
 * Masks what hooks lead to that are links into the workspace, as projects have them that keep hooks with their source.
 * @returns what a person should know
 */
function maskLinked(masks: MaskSet, hooks: string, isOpened: (path: string) => boolean): string[] {
  return list(masks, hooks).flatMap(({ name, link }) => {
    // Git runs none of the samples.
    if (!link || name.endsWith(".sample")) return [];
    const hook = `${hooks}/${name}`;
    const there = masks.at(hook);
    if (!there) return [`${shown(hook)} is a link that leads nowhere, and ${RUNS}; remove it`];
    if ("unseen" in there)
      return [`what ${shown(hook)} leads to cannot be seen (${there.unseen}), so ${RUNS}; remove it: ${removal(hook)}`];
    // What is no part of the workspace is nobody's to write here.
    if ("outside" in there || there.kind === "directory" || within(there.at, hooks)) return [];
    if (!there.kind || there.text === undefined)
      return [`what ${shown(hook)} leads to cannot be masked, so ${RUNS}; remove it: ${removal(hook)}`];
    if (isOpened(there.text)) return [];
    masks.add(there.text, "file", "readonly", "default");
    return [
      leadsStraight(masks, hook, there.at)
        ? `${shown(hook)} is a link to ${there.text}, which is read-only in the sandbox as hooks are`
        : replaceable(hook, there.text),
    ];
  });
}

function list(masks: MaskSet, at: string): ReturnType<MaskSet["tree"]["list"]> {
  try {
    return masks.tree.look(at)?.isDirectory() ? masks.tree.list(at) : [];
  } catch (error) {
    // Shut to this person, who runs no hooks there then.
    if ((error as NodeJS.ErrnoException).code === "EACCES") return [];
    throw error;
  }
}

/** Whether a link says where it leads with no other link on the way, which an agent could replace. */
function leadsStraight({ tree }: MaskSet, link: string, target: string): boolean {
  const said = readlinkSync(tree.path(link), { encoding: "buffer" }).toString("latin1");
  return (
    posix.normalize(said.startsWith("/") ? said : posix.join(posix.dirname(link), said)) ===
    (said.startsWith("/") ? tree.path(target).toString("latin1") : target)
  );
}

/**
 * Masks the `.git` files that lead to submodules' repositories: another one in their place would lead git to other hooks. Those of linked worktrees are left, for
 * agents make and remove them at work.
 */
function maskPointers(masks: MaskSet, pointers: readonly string[], isOpened: (path: string) => boolean): string[] {
  const files = pointers.flatMap((at) => {
    const there = masks.at(at);
    return there && "text" in there && there.text !== undefined && there.kind === "file" && !there.link
      ? [there.text]
      : [];
  });
  const own = files.filter((file) => !isOpened(file));
  if (!masks.hasRoomFor(own))
    return [
      `${some(own)} lead to the repositories of submodules, and are too many to be masked (at most ${MOST_MASK_MOUNTS} mounts): an agent can have them lead to others, and git runs those' hooks on this host`,
    ];
  for (const file of own) masks.add(file, "file", "readonly", "default");
  return [];
}
