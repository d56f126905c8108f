import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Adds a file, or a folder with all in it, to a hash: names, executable bits and contents; of links, where they point. */
export function hashFiles(hash: Hash, folder: string, path: string): void {
  const stat = lstatSync(join(folder, path));
  if (stat.isDirectory()) {
    for (const name of readdirSync(join(folder, path)).sort()) hashFiles(hash, folder, path ? `${path}/${name}` : name);
    return;
  }
  if (!stat.isFile() && !stat.isSymbolicLink()) return;
  const content = stat.isFile() ? readFileSync(join(folder, path)) : Buffer.from(readlinkSync(join(folder, path)));
  const kind = stat.isSymbolicLink() ? "l" : stat.mode & 0o111 ? "x" : "-";
  // Each text goes in with its length, so that two different folders never give the same bytes.
  hash.update(`${path}\0${kind}\0${content.length}\0`).update(content);
}

/** The hash of a file, or of a folder with all in it. Where that lies is no part of it: a checkout elsewhere makes the same images. */
export function hashOf(root: string, path: string): string {
  const hash = createHash("sha256");
  hashFiles(hash, join(root, path), "");
  return hash.digest("hex");
}
