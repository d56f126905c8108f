import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../host/folders.ts";
import { type SeccompProfile, seccompFile } from "../../plan/seccomp.ts";

/**
 * Writes a profile to a file, for an engine of this machine whose API takes a path: below the person's cache, with the hash of the text as its name.
 * The engine reads it when a container is made, and not again. Returns the path.
 */
export function shelveSeccomp(profile: SeccompProfile): string {
  const folder = cacheFolder();
  const path = join(folder, seccompFile(profile));
  if (existsSync(path) && readFileSync(path, "utf8") === profile.json) return path;
  mkdirSync(folder, { recursive: true });
  // Renamed into place, for another preview may read it meanwhile.
  const half = `${path}.${process.pid}`;
  writeFileSync(half, profile.json);
  renameSync(half, path);
  return path;
}
