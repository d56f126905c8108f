import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { commandFiles } from "../capabilities/credentials/sources/named-in.ts";
import { entryAt } from "./entry-at.ts";
import { inProject } from "./in-project.ts";

/**
 * One mark of all files of the project that the words of a command name: nothing where they name none. Such a command runs on this machine at each `up`, with the person's
 * rights, so another content of it is no rotation. What these files read in their turn, and a folder, are in no mark.
 */
export function commandMark(command: readonly string[], root: string): string | undefined {
  const found = commandFiles(command)
    .filter(inProject)
    .flatMap((file) => {
      // Not put together by words: `link/..` is above where the link leads.
      const content = contentOf(`${root}/${file}`);
      return content ? [{ file, content }] : [];
    });
  const hash = createHash("sha256");
  for (const { file, content } of found) hash.update(`${file}\0${content.length}\0`).update(content);
  return found.length > 0 ? hash.digest("hex") : undefined;
}

/** What a file holds: nothing of what is none, or cannot be read. */
export function contentOf(path: string): Buffer | undefined {
  try {
    // Of a pipe it would wait for a writer.
    return entryAt(path)?.isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
