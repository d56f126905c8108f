import { fitPath } from "../model/container/pattern.ts";
import type { Facts } from "../model/facts.ts";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";
import { key, leadsOut, type MaskSet, removal, replaceable, some } from "./mask-set.ts";
import type { Repository } from "./repositories.ts";
import { shown } from "./tree.ts";

/** What a client writes to have the hooks of nested repositories left alone, and not looked for. */
export const NESTED = ["*/**/.git/hooks", "**/.git/hooks"] as const;

/** Warnings of one kind that are told one by one. */
const MOST_TOLD = 5;

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
): { opened: Facts["opened"]; problems: Problem[]; warnings: Problem[] } {
  const writable = declared.flatMap(({ path, as }, index) =>
    as === "writable" ? [{ pattern: path, index, fits: fitPath(path) }] : [],
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
  const missing: string[] = [];
  for (const { at, kind, outside, hooks } of repositories) {
    const own = at === ".git";
    const tell = (message: string) => (own ? problems.push({ path: "masks", message }) : strange.push(message));
    if (kind === "link" && outside !== undefined) tell(leadsOut(at, outside));
    if (kind === "link" && outside === undefined) strange.push(replaceable(at));
    if (kind === "file" && own && !isOpened(at)) {
      // Another one in its place would lead git to another repository.
      masks.add(at, "file", "readonly", "default");
      if (outside !== undefined)
        warnings.push({
          path: "workspace",
          message: `.git says that the repository is ${shown(outside)}, which is no part of the workspace: git works on the host and not in the sandbox`,
        });
    }
    for (const hook of hooks) {
      if (isOpened(shown(hook))) continue;
      const there = masks.at(hook);
      if (!there && !masks.tree.look(hook)) missing.push(shown(hook));
      else if (!there) tell(`${shown(hook)} is a link that leads nowhere, and ${RUNS}; remove it`);
      else if ("outside" in there) tell(leadsOut(hook, there.outside));
      else if (!there.kind || there.text === undefined)
        strange.push(`${shown(hook)} cannot be masked, so ${RUNS}; remove it: ${removal(hook)}`);
      else if (!there.link) masks.add(there.text, there.kind, "readonly", "default");
      else if (!isOpened(there.text)) {
        strange.push(replaceable(hook, there.text));
        masks.add(there.text, there.kind, "readonly", "default");
      }
    }
  }
  if (missing.length > 0)
    strange.push(
      missing.length === 1
        ? `${missing[0]} is not there, so no mask lies over it, and ${RUNS}. Make the directory (mkdir)`
        : `${some(missing)} are not there, so no mask lies over them, and ${RUNS}. Make the directories (mkdir)`,
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
