import { existsSync } from "node:fs";
import { join } from "node:path";
import { readWhole, readYaml } from "../../../host/catalogue-file.ts";
import { cataloguesOf, packageOf } from "../../../setup/places.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import { LOCK, type Lock, LockSchema, OwnLockSchema } from "../lock.ts";

/** Reads the lock alone. @throws CatalogueError with the key path and fix of each problem */
export function readLock(root: string): Lock {
  return readWhole((problems) => lockOf(root, problems));
}

/**
 * What a project locks itself, which is what it can raise: all of it in a checkout; beside an installed package what its own agents and tool sets are made of, if it has any.
 * @throws CatalogueError also where an entry of the package's has the same name
 */
export function readOwnPackages(root: string): Lock["packages"] {
  const { packages } = readLock(root);
  if (!beside(root)) return packages;
  if (!existsSync(join(root, LOCK))) return {};
  return readWhole((problems) => readYaml(root, LOCK, OwnLockSchema, problems)).packages;
}

/** Of which shape the project's own lock is. */
export function ownLockSchema(root: string): typeof LockSchema | typeof OwnLockSchema {
  return beside(root) ? OwnLockSchema : LockSchema;
}

/** Whether the project's lock lies beside the package's. */
function beside(root: string): boolean {
  return cataloguesOf(root).length > 1;
}

/** The package's lock, and beside its entries those that a project has of its own. */
export function lockOf(root: string, problems: Problem[]): Lock | undefined {
  const lock = readYaml(packageOf(root), LOCK, LockSchema, problems);
  if (!lock || !beside(root) || !existsSync(join(root, LOCK))) return lock;
  const own = readYaml(root, LOCK, OwnLockSchema, problems);
  for (const name of Object.keys(own?.packages ?? {}))
    if (lock.packages[name])
      problems.push({
        file: LOCK,
        path: `packages.${name}`,
        message: `agent-sandbox locks ${name} too (${join(packageOf(root), LOCK)}); give this project's another name`,
      });
  return { ...lock, packages: { ...lock.packages, ...own?.packages } };
}
