import { readFileSync, statSync } from "node:fs";
import { hostPath } from "../../../host/path.ts";
import { agentCanChange, type Writable } from "../../../host/writable.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import type { Spec } from "../../../stack-file/spec.ts";
import { parseYaml } from "../../../stack-file/yaml.ts";
import type { RawPolicyFile } from "../file.ts";

/** The files of `egress.from`, what is wrong with them, and those that are not here: nothing, where only the machine that runs `up` has them. */
export interface ReadPolicyFiles {
  raw: RawPolicyFile[];
  problems: Problem[];
  /** Each with the path as the stack file writes it. */
  absent: (Problem & { named: string })[];
}

/** Bytes at most: a policy of 10,000 names has 300 KiB. */
const MOST = 2 ** 20;

/**
 * Reads the files of `egress.from`. One that an agent could change, this client's or another's, is refused: it would be the agent's
 * own word on what it may reach.
 */
export function readPolicyFiles(
  { egress }: Pick<Spec, "egress">,
  root: string,
  writable: readonly Writable[],
): ReadPolicyFiles {
  const found: ReadPolicyFiles = { raw: [], problems: [], absent: [] };
  for (const [index, path] of egress.from.entries()) {
    const read = readPolicyFile(hostPath(path, root), writable);
    if ("content" in read) found.raw.push({ path, content: read.content });
    else {
      const problem = { path: `egress.from[${index}]`, message: `${path} ${read.message}` };
      if (read.absent) found.absent.push({ ...problem, named: path });
      else found.problems.push(problem);
    }
  }
  return found;
}

function readPolicyFile(
  path: string,
  writable: readonly Writable[],
): { content: unknown } | { message: string; absent: boolean } {
  try {
    const message = agentCanChange(path, writable);
    if (message) return { message, absent: false };
    const { size } = statSync(path);
    if (size > MOST) return { message: `has ${size} bytes; a policy has at most ${MOST}`, absent: false };
    return parsed(readFileSync(path, "utf8"));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return {
      message: unreadable(error as NodeJS.ErrnoException),
      absent: ["ENOENT", "ENOTDIR"].includes(code),
    };
  }
}

function parsed(text: string): { content: unknown } | { message: string; absent: false } {
  try {
    return { content: parseYaml(text) };
  } catch (error) {
    return { message: `is not YAML: ${(error as Error).message}`, absent: false };
  }
}

function unreadable(error: NodeJS.ErrnoException): string {
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
