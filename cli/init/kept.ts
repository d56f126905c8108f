import { isMapping } from "../../stack-file/mapping.ts";
import type { ProjectFile } from "./project.ts";

/** A project whose files were not all made: what is left to a person. */
export interface Kept {
  /** Files that were there, each with what it lacks, as the end of a line about it. */
  files: readonly { file: string; lacks: string | undefined }[];
  /** Whether npm brings the package by the project's package.json. */
  depends: boolean;
  /** Whether Node takes the project's files for ES modules: else Pulumi requires index.ts, and runs nothing of it (its run.js, 3.259). */
  modules: boolean;
  /** Whether the project's Makefile has the targets. */
  makes: boolean;
}

/**
 * Judges files that were there before a project was made in their folder, which stay as they are.
 * @param there their texts by path, of what is to be a link where it leads; nothing where that cannot be read
 * @param ours what a new project has in their place
 */
export function judgeKept(
  there: Readonly<Record<string, string | undefined>>,
  ours: Readonly<Record<string, ProjectFile>>,
  dependency: string,
): Kept {
  const lacks = (file: string): string | undefined => {
    const text = there[file] ?? "";
    const own = contentOf(ours[file]);
    if (file === "package.json") return packageLacks(text, dependency);
    if (file === "bin" && text !== own)
      return "the programs are node_modules/agent-sandbox/bin/agentbox and node_modules/agent-sandbox/bin/pulumi";
    const wanted = WANTED[file];
    const missing = wanted ? linesOf(own).filter((line) => wanted.test(line) && !hasLine(file, text, line)) : [];
    return missing.length === 0
      ? undefined
      : `add ${missing.length === 1 ? "the line" : "these lines"}  ${missing.join("  ")}`;
  };
  const files = Object.keys(there).map((file) => ({ file, lacks: lacks(file) }));
  const whole = (file: string) => !(file in there) || files.some((one) => one.file === file && !one.lacks);
  const { type, dependencies } = manifestOf(there["package.json"] ?? contentOf(ours["package.json"]));
  return {
    files,
    depends: "agent-sandbox" in dependencies,
    modules: type === "module",
    makes: whole("Makefile"),
  };
}

function contentOf(file: ProjectFile | undefined): string {
  if (!file) return "";
  return "link" in file ? file.link : file.text;
}

/** Lines that a file of a project cannot be without. Of any other file that was there nothing is known. */
const WANTED: Readonly<Record<string, RegExp>> = {
  ".gitignore": /./,
  Makefile: /^include /,
  "Pulumi.yaml": /^(name|main|stackConfigDir):/,
  "index.ts": /./,
  "stacks/.gitattributes": /^[^#]/,
};

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter(Boolean);
}

/** Git takes a name with and without its slashes for the same folder. */
function hasLine(file: string, text: string, line: string): boolean {
  const as = (one: string) => (file === ".gitignore" ? one.replace(/^\/|\/$/g, "") : one);
  return linesOf(text).some((one) => as(one) === as(line));
}

function packageLacks(text: string, dependency: string): string | undefined {
  const { type, dependencies } = manifestOf(text);
  const missing = [
    ...("agent-sandbox" in dependencies ? [] : [`"agent-sandbox": "${dependency}"  to its dependencies`]),
    ...(type === "module"
      ? []
      : [
          '"type": "module", without which Pulumi runs nothing of index.ts; a folder whose files are CommonJS is none for it, so make the project in another',
        ]),
  ];
  return missing.length === 0 ? undefined : `add  ${missing.join(", and ")}`;
}

/** What a package.json says, as far as it can be read. */
function manifestOf(text: string): { type: unknown; dependencies: Record<string, unknown> } {
  try {
    const said: unknown = JSON.parse(text);
    if (isMapping(said)) {
      const [runs, develops] = [said.dependencies, said.devDependencies].map((one) => (isMapping(one) ? one : {}));
      return { type: said.type, dependencies: { ...develops, ...runs } };
    }
  } catch {
    // Somebody's to mend.
  }
  return { type: undefined, dependencies: {} };
}
