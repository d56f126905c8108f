import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
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
    let places: { found: string; stat: Stats }[] = [];
    try {
      places = lookUp(pattern, workspace);
    } catch (error) {
      problems.push({
        path: `masks[${index}]`,
        message: `what ${pattern} is cannot be seen (${(error as Error).message}), and would lose its mask; an agent may have shut a directory: chmod u+rwx it`,
      });
    }
    for (const { found, stat } of places) {
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

/**
 * What fits a pattern, sorted; a link to nothing shows nothing.
 * @throws what the system says of a directory that cannot be looked into: `glob` would find nothing in one that an agent has shut
 */
function lookUp(pattern: string, workspace: string): { found: string; stat: Stats }[] {
  let places = [""];
  for (const name of pattern.split("/")) {
    const fits = new RegExp(`^${name.replace(/[.+]/g, "\\$&").replace(/\*+/g, ".*")}$`);
    places = places.flatMap((at) => {
      const here = join(workspace, at);
      if (!name.includes("*")) return unlessGone(() => lstatSync(join(here, name))) ? [join(at, name)] : [];
      return (unlessGone(() => readdirSync(here)) ?? []).filter((one) => fits.test(one)).map((one) => join(at, one));
    });
  }
  return places.sort().flatMap((found) => {
    const stat = unlessGone(() => statSync(join(workspace, found)));
    return stat ? [{ found, stat }] : [];
  });
}

/** Undefined for what is not there, or a link that leads nowhere. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
