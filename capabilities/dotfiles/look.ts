import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { entryAt } from "../../host/entry-at.ts";
import { hostPath } from "../../host/path.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { refuseDotfile } from "./dotfile.ts";

/** Judges the host's files behind `dotfiles` by where they really are; whether they can be read and trusted is told with the secrets. */
export function dotfileProblems(spec: Pick<Spec, "dotfiles">, root: string): Problem[] {
  return Object.entries(spec.dotfiles).flatMap(([at, file]) => {
    const path = hostPath(file, root);
    if (!entryAt(path)?.isFile()) return [];
    const message = refuseDotfile(realpathSync(path), homedir());
    return message ? [{ path: `dotfiles.${at}`, message: `${file} ${message}` }] : [];
  });
}
