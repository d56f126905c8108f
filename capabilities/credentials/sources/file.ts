import { posix } from "node:path";
import { path, type SourceKind } from "./kind.ts";

/** A file of the host. */
export const file: SourceKind<string> = {
  form: "{file: path}",
  schema: path("is not a path; write {file: path}"),
  says: asJudged,
  ask: (path) => ({ file: path }),
  identity: (path, lead) => lead(path),
};

/**
 * A path without `..` after a name, as it is judged and read: whoever follows it as it is written goes up from where a link leads. It leads to the same place as what is
 * written: a folder of the project that is called `~` keeps its `./`, for without it the path would be one of the home directory.
 */
export function asJudged(file: string): string {
  // Of `~//../x` too, the rest counts from the home directory: by itself it would be a path from the root on.
  if (file.startsWith("~/")) return `~/${posix.normalize(`.${file.slice(1)}`)}`;
  const short = posix.normalize(file);
  return isOfHome(short) && !isOfHome(file) ? `./${short}` : short;
}

/** As `hostPath` reads it (host/path.ts). */
function isOfHome(path: string): boolean {
  return path === "~" || path.startsWith("~/");
}
