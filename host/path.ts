import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** A path as people write it in a stack file: `~` is the home directory, anything relative counts from the project. */
export function hostPath(text: string, root: string): string {
  if (text === "~" || text.startsWith("~/")) return join(homedir(), text.slice(1));
  return resolve(root, text);
}
