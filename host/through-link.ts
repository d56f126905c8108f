import { join, normalize } from "node:path";
import type { Declared } from "../capabilities/capability.ts";
import type { Problem } from "../stack-file/problem.ts";
import { quoted } from "../stack-file/quoted.ts";
import { ownEntryAt } from "./entry-at.ts";
import { inProject } from "./in-project.ts";

/**
 * Places in the project that a client's files name by way of a link. A commit that points the link elsewhere would give the sandbox another file or directory, also one of
 * the host, and change no line of what is reviewed.
 */
export function throughLinks({ spec, files }: Declared, root: string): Problem[] {
  const named = [
    ...(typeof spec.workspace === "string" ? [{ path: spec.workspace, key: "workspace" }] : []),
    ...spec.mounts.map(({ host }, index) => ({ path: host, key: `mounts[${index}].host` })),
    ...spec.egress.from.map((path, index) => ({ path, key: `egress.from[${index}]` })),
    ...(spec.image.extend === undefined ? [] : [{ path: spec.image.extend, key: "image.extend" }]),
    ...files.flatMap(({ source, key }) => ("file" in source ? [{ path: source.file, key }] : [])),
  ];
  const told = new Map<string, Problem>();
  for (const { path, key } of named) {
    const link = inProject(path) ? linkIn(root, path) : undefined;
    if (link === undefined) continue;
    const message = `${quoted(path)} goes through a link, ${link}, and where that leads is in no review; name the place itself`;
    told.set(`${key}\n${path}`, { path: key, message });
  }
  return [...told.values()];
}

/** The first part of a path below the project that is a link, as a path below it. */
function linkIn(root: string, path: string): string | undefined {
  let at = "";
  for (const part of normalize(path).split("/").filter(Boolean)) {
    at = join(at, part);
    const found = ownEntryAt(join(root, at));
    if (!found) return undefined;
    if (found.isSymbolicLink()) return at;
  }
  return undefined;
}
