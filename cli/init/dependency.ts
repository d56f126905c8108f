import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { hostPath } from "../../host/path.ts";
import { INSTALLED, PACKAGE } from "../../setup/places.ts";
import { UserError } from "../../stack-file/user-error.ts";

/**
 * What npm installs this package by, for a project's package.json. A path becomes a whole one: npm would count it from the project.
 * @param said what a person said; else it is what this package was installed by
 * @throws UserError where nobody knows it, or where it is a path and no file
 */
export function dependencyOf(said: string | undefined): string {
  const spec = said ?? installedBy();
  const path = pathOf(spec);
  if (path === undefined) return spec;
  if (!isFile(path))
    throw new UserError(
      2,
      `${path} is no file, and npm is to install this package by it; say --package: the path or the address of the tarball that \`make release\` makes. Nothing was made`,
    );
  return `file:${path}`;
}

/** The path that a spec is, by npm's own rules (npm-package-arg): how it begins, or that it ends like a tarball and has no scheme. */
function pathOf(spec: string): string | undefined {
  const [, file] = /^file:(?:\/\/(?=\/))?(.*)$/.exec(spec) ?? [];
  if (file !== undefined) return hostPath(file, process.cwd());
  if (/^(\.|~\/|\/)/.test(spec)) return hostPath(spec, process.cwd());
  return /^[^:]*\.(tgz|tar\.gz|tar)$/i.test(spec) ? hostPath(spec, process.cwd()) : undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What the project that this package is installed in says of it. A name alone could be anybody's in a registry, and would be this one's there. */
function installedBy(): string {
  const unknown = new UserError(
    2,
    "what npm installs this package by is not known here; say --package: a version, or the address of the tarball that `make release` makes. Nothing was made",
  );
  if (!INSTALLED) throw unknown;
  const holder = PACKAGE.replace(/\/node_modules\/.*/, "");
  try {
    const said = JSON.parse(readFileSync(join(holder, "package.json"), "utf8")).dependencies?.["agent-sandbox"];
    const [, path] = /^file:(.*)$/.exec(said ?? "") ?? [];
    if (path !== undefined) return `file:${resolve(holder, path)}`;
    if (typeof said === "string") return said;
  } catch {
    // A folder without one.
  }
  throw unknown;
}
