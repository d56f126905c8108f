import { existsSync } from "node:fs";
import { join } from "node:path";
import { readWhole, readYaml } from "../../../host/catalogue-file.ts";
import { cataloguesOf } from "../../../setup/places.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import { PLATFORMS } from "../lock.ts";
import { REGISTRY_LOCK, type RegistryLock, RegistryLockSchema } from "../registry.ts";

/** Reads what was pushed by this project, and nothing of the package. Nothing was, where there is no file. @throws CatalogueError */
export function readRegistryLock(root: string): RegistryLock {
  return readWhole((problems) => read(root, problems));
}

/** What was pushed, by whoever released the package and by this project, whose line is the one that counts. */
export function registryLockOf(root: string, problems: Problem[]): RegistryLock {
  const all = cataloguesOf(root).map((place) => read(place, problems));
  return Object.fromEntries(
    PLATFORMS.map((platform) => [platform, Object.assign({}, ...all.map((lock) => lock[platform]))]),
  );
}

function read(place: string, problems: Problem[]): RegistryLock {
  if (!existsSync(join(place, REGISTRY_LOCK))) return {};
  return readYaml(place, REGISTRY_LOCK, RegistryLockSchema, problems) ?? {};
}
