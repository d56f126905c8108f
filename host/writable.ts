import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { within } from "../plan/path.ts";
import { type Neighbour, readNeighbours } from "../stack-file/look/neighbours.ts";
import type { Spec } from "../stack-file/spec.ts";
import { hostPath } from "./path.ts";

/** A directory that some agent may write, and what it is. */
export interface Writable {
  path: string;
  what: string;
}

/**
 * Directories that some agent of this project may write, links resolved.
 * @param neighbours what other clients may write
 */
export function writableDirectories(
  client: string,
  { workspace, mounts }: Pick<Spec, "workspace" | "mounts">,
  root: string,
  neighbours: readonly Neighbour[] = readNeighbours(root, client),
): Writable[] {
  return [
    ...(typeof workspace === "string" ? [{ path: workspace, what: "the workspace" }] : []),
    ...mounts.flatMap(({ host, mode }) => (mode === "rw" ? [{ path: host, what: `the mount ${host}` }] : [])),
    ...neighbours.map((other) => ({
      path: other.path,
      what: `the ${other.what}${other.what === "mount" ? ` ${other.path}` : ""} of ${other.client}`,
    })),
  ].flatMap(({ path, what }) => {
    try {
      return [{ path: realpathSync(hostPath(path, root)), what }];
    } catch {
      // A directory that is not there cannot hold the file. That a workspace is missing is reported elsewhere.
      return [];
    }
  });
}

/**
 * Why a file or directory is not trusted: an agent could put another in its place, or turn a link on the way to it. The writable directory itself is
 * trusted: its entry lies in its parent, which the agent cannot write.
 * @throws as lstat does, and ELOOP
 */
export function agentCanChange(path: string, writable: readonly Writable[]): string | undefined {
  const places = passed(path);
  const holder = writable.find((directory) => places.some((place) => within(dirname(place), directory.path)));
  if (!holder) return undefined;
  return `is inside ${holder.what}, where an agent can change it${places.at(-1) === path ? "" : " (a link leads there)"}; keep it outside`;
}

/**
 * Every place that decides where a path leads, in order: its directories and links, and those of the links' targets. A link that
 * an agent can change leads where the agent wants, wherever it leads now.
 * @throws as lstat does, and ELOOP
 */
function passed(path: string): string[] {
  const places: string[] = [];
  let at = "/";
  let rest = path.split("/");
  for (let links = 0; rest.length > 0; ) {
    const [name = "", ...after] = rest;
    rest = after;
    const next = name === ".." ? dirname(at) : join(at, name);
    places.push(next);
    if (next === at || !lstatSync(next).isSymbolicLink()) at = next;
    else {
      if (++links > 40) throw Object.assign(new Error("too many links"), { code: "ELOOP" });
      const target = readlinkSync(next);
      if (isAbsolute(target)) at = "/";
      rest = [...target.split("/"), ...rest];
    }
  }
  return places;
}
