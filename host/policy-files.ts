import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import type { RawPolicyFile } from "../model/egress/file.ts";
import { within } from "../model/path.ts";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";
import { hostPath } from "./path.ts";
import { readNeighbours } from "./stack.ts";

/** Bytes at most: a policy of 10,000 names has 300 KiB. */
const MOST = 2 ** 20;

/**
 * Reads the files of `egress.from`. One that an agent could change, this client's or another's, is refused: it would be the agent's
 * own word on what it may reach.
 */
export function readPolicyFiles(
  client: string,
  spec: Pick<Spec, "egress" | "workspace" | "mounts">,
  root: string,
): { raw: RawPolicyFile[]; problems: Problem[] } {
  const raw: RawPolicyFile[] = [];
  const problems: Problem[] = [];
  const writable = spec.egress.from.length === 0 ? [] : writableDirectories(client, spec, root);
  for (const [index, path] of spec.egress.from.entries()) {
    const read = readPolicyFile(hostPath(path, root), writable);
    if ("content" in read) raw.push({ path, content: read.content });
    else problems.push({ path: `egress.from[${index}]`, message: `${path} ${read.message}` });
  }
  return { raw, problems };
}

interface Writable {
  path: string;
  what: string;
}

/** Directories that some agent of this project may write, links resolved. */
function writableDirectories(
  client: string,
  { workspace, mounts }: Pick<Spec, "workspace" | "mounts">,
  root: string,
): Writable[] {
  return [
    { path: workspace, what: "the workspace" },
    ...mounts.flatMap(({ host, mode }) => (mode === "rw" ? [{ path: host, what: `the mount ${host}` }] : [])),
    ...readNeighbours(root, client).map((other) => ({
      path: other.workspace,
      what: `the workspace of ${other.client}`,
    })),
  ].flatMap(({ path, what }) => {
    try {
      return [{ path: realpathSync(hostPath(path, root)), what }];
    } catch {
      // What is not there cannot hold the file; a missing workspace is told elsewhere.
      return [];
    }
  });
}

function readPolicyFile(path: string, writable: readonly Writable[]): { content: unknown } | { message: string } {
  try {
    const places = passed(path);
    const holder = writable.find((directory) => places.some((place) => within(place, directory.path)));
    if (holder)
      return {
        message: `is inside ${holder.what}, where an agent can change it${places.at(-1) === path ? "" : " (a link leads there)"}; keep it outside`,
      };
    const { size } = statSync(path);
    if (size > MOST) return { message: `has ${size} bytes; a policy has at most ${MOST}` };
    return { content: parse(readFileSync(path, "utf8")) };
  } catch (error) {
    return { message: unreadable(error as NodeJS.ErrnoException) };
  }
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
    const [name, ...after] = rest;
    rest = after;
    const next = name === ".." ? dirname(at) : join(at, name!);
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

function unreadable(error: NodeJS.ErrnoException): string {
  if (error instanceof YAMLParseError) return `is not YAML: ${error.message.split("\n")[0]}`;
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return "does not exist; create it, or remove the line";
    case "EACCES":
      return "cannot be read by you (permission denied); change its mode, or remove the line";
    case "EISDIR":
      return "is a directory; name the file";
    case "ELOOP":
      return "is a link that leads back to itself";
    default:
      return `cannot be read: ${error.message}`;
  }
}
