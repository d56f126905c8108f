import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../../../host/hash-files.ts";
import { isMapping } from "../../../stack-file/mapping.ts";
import type { NpmFolder } from "../image.ts";

/** Reads the folder that npm installs an agent from. @param root what has the folder @param path of the folder below it */
export function readNpmFolder(root: string, path: string): NpmFolder {
  const folder = join(root, path);
  const makers = readdirSync(folder).flatMap((name) => {
    const content = name === MANIFEST || name === LOCK ? jsonIn(join(folder, name)) : undefined;
    // Any other file, .npmrc say, is nothing that a new version changes.
    if (content === undefined) return [`${name} ${hashOf(root, `${path}/${name}`)}`];
    return name === MANIFEST ? [manifestLine(content)] : lockLines(content);
  });
  return { hash: hashOf(root, path), makers: makers.sort() };
}

const MANIFEST = "package.json";
const LOCK = "package-lock.json";

type Json = Readonly<Record<string, unknown>>;

function jsonIn(file: string): Json | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isMapping(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** What the folder asks npm for, without its versions. */
function manifestLine({ version: _version, dependencies = {}, ...rest }: Json): string {
  const wanted = isMapping(dependencies)
    ? Object.entries(dependencies).map(([name, from]) => [name, VERSION.test(String(from)) ? "" : from])
    : dependencies;
  return `${MANIFEST} ${JSON.stringify([wanted, rest])}`;
}

const VERSION = /^[~^]?\d+(\.\d+)*([-+][\w.+-]*)?$/;

/** Which of the packages that are locked are not what their place is called, and where they come from. */
function lockLines({ packages = {} }: Json): string[] {
  if (!isMapping(packages)) return [`${LOCK} ${JSON.stringify(packages)}`];
  const from = Object.entries(packages).flatMap(([place, entry]) => {
    if (place === "" || !isMapping(entry)) return [];
    const called = place.slice(place.lastIndexOf(MODULES) + MODULES.length);
    const { name = called, link = false, resolved, version } = entry;
    return [
      ...(place.includes(MODULES) && name === called && link === false
        ? []
        : [`${place} is ${JSON.stringify([name, link])}`]),
      ...(resolved === undefined ? [] : [madeBy(place, called, String(resolved), String(version))]),
    ];
  });
  return [...new Set(from)];
}

const MODULES = "node_modules/";

/** The registry alone where a package has its usual address there, which its name and its version make. */
function madeBy(place: string, called: string, resolved: string, version: string): string {
  const usual = `/${called}/-/${called.split("/").at(-1)}-${version}.tgz`;
  return resolved.endsWith(usual) ? `from ${resolved.slice(0, -usual.length)}` : `${place} from ${resolved}`;
}
