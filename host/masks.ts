import { globSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Mask } from "../model/container/mask.ts";
import { within } from "../model/path.ts";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";

/**
 * What of the workspace is there for `masks` to lie over, sorted. Judged by real paths: a link is followed, and what it leads to is masked;
 * one that leads out of the workspace is refused, for a mask would then show the agent a place it never had.
 * @param workspace with links resolved
 */
export function surveyMasks(spec: Pick<Spec, "masks">, workspace: string): { masks: Mask[]; problems: Problem[] } {
  const masks = new Map<string, Mask>();
  const problems: Problem[] = [];
  for (const [index, { path: pattern, as }] of spec.masks.entries()) {
    for (const found of globSync(pattern, { cwd: workspace }).sort()) {
      const stat = statSync(join(workspace, found), { throwIfNoEntry: false });
      // A link to nothing shows nothing.
      if (!stat) continue;
      const real = realpathSync(join(workspace, found));
      const path = relative(workspace, real);
      if (path === "" || !within(real, workspace))
        problems.push({
          path: `masks[${index}]`,
          message: `${found} is a link that leads to ${real}, which is no part of the workspace; remove the link or the mask`,
        });
      else if (!stat.isDirectory() && !stat.isFile())
        problems.push({ path: `masks[${index}]`, message: `${found} is neither a file nor a directory` });
      // Of two masks over one place, the one that hides more.
      else if (as === "empty" || !masks.has(path))
        masks.set(path, { path, kind: stat.isDirectory() ? "directory" : "file", as });
    }
  }
  return { masks: [...masks.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), problems };
}
