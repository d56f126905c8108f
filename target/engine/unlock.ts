import { execFile } from "node:child_process";
import { join } from "node:path";
import { unlocked } from "../../plan/lock-container.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Engine } from "./engine.ts";

/**
 * Takes a client's rules out of the packet filter of the engine's host, once its containers are gone: they outlive whoever stops the lock.
 * @returns why they may still be there, or nothing
 */
export function unlock(root: string, engine: Engine, client: string): Promise<string | undefined> {
  if (unlocked(engine)) return Promise.resolve(undefined);
  const env = {
    ...process.env,
    ENGINE: engine.cli,
    DOCKER_HOST: engine.host,
    CONTAINER_HOST: engine.host,
    CLIENT: client,
  };
  return new Promise((resolve) =>
    execFile(join(root, "components/steps/unlock.sh"), { env, timeout: 60_000 }, (error, _stdout, stderr) =>
      resolve(error ? oneLine(stderr || error.message) : undefined),
    ),
  );
}
