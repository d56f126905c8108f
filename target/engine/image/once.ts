import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../host/folders.ts";
import { complain } from "../../../host/say.ts";
import { isGone, type Reach, runClient } from "../client.ts";

/**
 * Makes an image unless its tag is there. Several stacks may need the same one at once: one makes it, the others wait and find it.
 * @throws as `make` does
 */
export async function makeOnce(engine: Reach, tag: string, make: () => Promise<void>): Promise<void> {
  if (await isThere(engine, tag)) return complain(`${tag}  is there`);
  const free = await turn(tag);
  try {
    if (await isThere(engine, tag)) return complain(`${tag}  is there`);
    await make();
  } finally {
    free();
  }
}

/** @throws Error when that cannot be seen: an image is not built for a question that got no answer */
export async function isThere(engine: Reach, tag: string): Promise<boolean> {
  const said = await runClient(engine, ["image", "inspect", "--format", "{{.Id}}", tag]);
  if (said.ok) return true;
  if (isGone(said)) return false;
  throw new Error(`whether ${tag} is there could not be seen: ${said.why}`);
}

/**
 * Waits until nobody else makes the image. The lock is the kernel's, held by a child: it ends with its input, so also when this process is killed. Without
 * flock (macOS) they make the same thing side by side.
 * @returns what lets the next one go on
 */
async function turn(tag: string): Promise<() => void> {
  const locks = join(cacheFolder(), "locks");
  mkdirSync(locks, { recursive: true });
  const child = spawn("flock", [join(locks, tag.replace(/[^a-z0-9]/g, "-")), "sh", "-c", "echo ours; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => {});
  const waits = setTimeout(() => complain(`${tag}  waits for another build of it`), 200);
  await Promise.race([once(child.stdout, "data"), once(child, "error"), once(child, "exit")]).catch(() => {});
  clearTimeout(waits);
  return () => child.stdin.end();
}
