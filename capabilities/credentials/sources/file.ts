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

/** A path without `..` after a name, as it is judged and read: whoever follows it as it is written goes up from where a link leads. */
export function asJudged(file: string): string {
  return file.startsWith("~/") ? `~/${posix.normalize(file.slice(2))}` : posix.normalize(file);
}
