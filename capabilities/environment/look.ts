import { dirname, join } from "node:path";
import { readSmall } from "../../host/read-small.ts";
import { realPath } from "../../host/real-path.ts";

/** A file of the workspace that asks for variables by name. */
export interface Asking {
  /** Below the workspace. */
  file: string;
  /** Sorted, each once. */
  names: readonly string[];
}

/** A name's own letters are all that is taken of a file, which an agent may have written. */
const BRACES = /(?<!\\)\$\{([A-Za-z_][A-Za-z0-9_]{0,63})\}/g;
const BUN = /(?<![\\$])\$(?:([A-Za-z_][A-Za-z0-9_]{0,63})|\{([A-Za-z_][A-Za-z0-9_]{0,63})\})/g;
const MAVEN = /\$\{env\.([A-Za-z_][A-Za-z0-9_]{0,63})\}/g;

/**
 * Files by which a project's own tools find a registry, and how each of them names a variable. One with a value for its absence (`${NPM_TOKEN-}`, npm's `${NPM_TOKEN?}`) is asked for by
 * nobody. pip takes capitals alone (its manual, "Requirements File Format").
 */
const FILES: Readonly<Record<string, RegExp>> = {
  ".npmrc": BRACES,
  ".yarnrc.yml": BRACES,
  "pnpm-workspace.yaml": BRACES,
  "bunfig.toml": BUN,
  "requirements.txt": /\$\{([A-Z_][A-Z0-9_]{0,63})\}/g,
  "pom.xml": MAVEN,
  "settings.xml": MAVEN,
  ".mvn/settings.xml": MAVEN,
};

/** Which variables files of a workspace ask for, beside its root. No link is followed, and nothing larger than 64 KiB read. @param workspace its real path */
export function surveyAsking(workspace: string): Asking[] {
  return Object.entries(FILES).flatMap(([file, form]) => {
    const path = join(workspace, file);
    if (realPath(dirname(path)) !== dirname(path)) return [];
    const text = (readSmall(path, 65_536) ?? "").split("\n").filter((line) => !/^\s*[#;]/.test(line));
    const names = text.flatMap((line) => [...line.matchAll(form)].map(([, name, other]) => name ?? other ?? ""));
    return names.length === 0 ? [] : [{ file, names: [...new Set(names)].sort() }];
  });
}
