import { realpathSync } from "node:fs";

/**
 * Where a path leads, with every link resolved; nothing where nothing is there, a link leads back to itself, or the name of what it leads to is no UTF-8: engines take
 * paths as text, and would be given another name.
 */
export function realPath(path: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(realpathSync.native(path, "buffer"));
  } catch {
    return undefined;
  }
}

/** The same of a path that is judged by its place alone: what leads nowhere is taken as it is written. */
export function asFarAsItLeads(path: string): string {
  return realPath(path) ?? path;
}
