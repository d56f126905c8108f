import { readWhole, readYaml } from "../../../host/catalogue-file.ts";
import { LOCK, type Lock, LockSchema } from "../lock.ts";

/** Reads the lock alone. @throws CatalogueError with the key path and fix of each problem */
export function readLock(root: string): Lock {
  return readWhole((problems) => readYaml(root, LOCK, LockSchema, problems));
}
