import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../host/folders.ts";
import { type SeccompProfile, seccompFile } from "../../plan/seccomp.ts";

/**
 * Puts a profile where an engine of this machine reads it, for one whose API takes a path: below the person's cache, by the name of its text.
 * It is read when a container is made, and not again. Returns the path.
 */
export function shelveSeccomp(profile: SeccompProfile): string {
  const folder = cacheFolder();
  const path = join(folder, seccompFile(profile));
  if (existsSync(path) && readFileSync(path, "utf8") === profile.json) return path;
  mkdirSync(folder, { recursive: true });
  // Another preview may read it meanwhile.
  const half = `${path}.${process.pid}`;
  writeFileSync(half, profile.json);
  renameSync(half, path);
  return path;
}
