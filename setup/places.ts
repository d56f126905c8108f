import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package: the folder that this program is in, with its images, its catalogues and its scripts. */
export const PACKAGE = dirname(import.meta.dirname);

/** Programs of the package end so: Node strips no types below node_modules (ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING), so an installed package is compiled. */
export const PROGRAM = import.meta.filename.endsWith(".js") ? "js" : "ts";

/** Whether this program is an installed package, and a project is a folder of its own. A checkout is both at once, and so is a revision of one that is laid out elsewhere. */
export const INSTALLED = PROGRAM === "js";

/** Where images are made from, and scripts lie, for a project: nothing in a project takes the place of one of them. */
export function packageOf(root: string): string {
  return INSTALLED ? PACKAGE : root;
}

/** Where entries of catalogues are: the package's, and beside them the project's own. */
export function cataloguesOf(root: string): string[] {
  return INSTALLED ? [PACKAGE, root] : [root];
}

/** Which of the two a file of a catalogue lies in. One that lies in both is a clash, and told by who reads it. */
export function placeOf(root: string, file: string): string {
  return cataloguesOf(root).find((place) => existsSync(join(place, file))) ?? root;
}

/** Where a file of a catalogue lies. */
export function catalogueFile(root: string, file: string): string {
  return join(placeOf(root, file), file);
}
