import { realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { refuseDotfile } from "../model/container/dotfile.ts";
import type { Problem } from "../model/problem.ts";
import type { Spec } from "../model/spec/spec.ts";
import { hostPath } from "./path.ts";
import { agentCanChange, writableDirectories } from "./writable.ts";

/** Judges the host's files behind `dotfiles` by where they really are; whether they can be read is told with the secrets. */
export function dotfileProblems(
  client: string,
  spec: Pick<Spec, "dotfiles" | "workspace" | "mounts">,
  root: string,
): Problem[] {
  const entries = Object.entries(spec.dotfiles);
  const writable = entries.length === 0 ? [] : writableDirectories(client, spec, root);
  return entries.flatMap(([at, file]) => {
    const path = hostPath(file, root);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return [];
    const message = agentCanChange(path, writable) ?? refuseDotfile(realpathSync(path), homedir());
    return message ? [{ path: `dotfiles.${at}`, message: `${file} ${message}` }] : [];
  });
}
