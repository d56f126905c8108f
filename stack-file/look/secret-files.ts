import { asSaid } from "../config.ts";
import { ofAnother } from "./another.ts";
import { stackFiles } from "./stack-files.ts";

/** Files that secrets of any client of this project are read from, as their stack files name them. @throws StackFileError */
export function readSecretFiles(root: string): { client: string; path: string }[] {
  return stackFiles(root).flatMap(({ client, file }) => {
    const { secrets, git, credentials } = ofAnother(root, file);
    return [secrets, git, credentials].flatMap(filesNamed).map((path) => ({ client, path }));
  });
}

/** Every file that a source names in what nobody has judged here: `{file: path}`, `{sops: path#/key}`, `{age: {file: path, identity: path}}`. */
function filesNamed(said: unknown): string[] {
  const read = asSaid(said);
  if (typeof read !== "object" || read === null) return [];
  return Object.entries(read).flatMap(([key, inner]) =>
    ["file", "identity", "sops"].includes(key) && typeof inner === "string" && inner !== ""
      ? [inner.replace(/#\/.*/, "")]
      : filesNamed(inner),
  );
}
