import { homedir } from "node:os";
import { resolve } from "node:path";

/** A path as people write it in a stack file: `~` is the home directory, anything relative counts from the project. No other letter has a meaning. */
export function hostPath(text: string, root: string): string {
  return text === "~" || text.startsWith("~/") ? resolve(homedir(), `.${text.slice(1)}`) : resolve(root, text);
}
