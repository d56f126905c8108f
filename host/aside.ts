import { existsSync, realpathSync } from "node:fs";
import type { Mount, Workload } from "../model/container/workload.ts";
import { aside } from "../model/names.ts";
import { type Reach, runClient } from "./engine-client.ts";
import { sourceId } from "./source-id.ts";

/**
 * Makes room for a container that is about to be placed: the one that has its name is stopped and set aside under another name, so that it can come back
 * when the new one cannot be made. One that did not run, or that somebody changed, is removed: it must not come back. Then what the new one
 * mounts is looked at once more: until the old one was stopped, an agent in it could put a link where a directory was.
 * @param changed whether the container that is there was changed by somebody
 * @throws Error with what changed or what the engine said; the old container runs again then
 */
export async function setAside(
  engine: Reach,
  name: string,
  { mounts, stopGrace }: Pick<Workload, "mounts" | "stopGrace">,
  changed: boolean,
): Promise<void> {
  const running = await isRunning(engine, name);
  if (running === false || (running && changed)) await must(engine, ["rm", "--force", name]);
  else if (running) {
    // What an `up` that was killed half-way has left is older than what stands under the name now.
    await runClient(engine, ["rm", "--force", aside(name)]);
    await must(engine, ["stop", "--time", String(stopGrace), name]);
    await must(engine, ["rename", name, aside(name)]);
  }
  const source = changedSource(mounts);
  if (!source) return;
  await bringBack(engine, name);
  throw new Error(
    `${source} is not the file or directory it was when this up looked at it: it was replaced meanwhile, or a link was put on the way to it. Run the same command again`,
  );
}

/**
 * Brings back what was set aside for a container that could not be made, and says so.
 * @returns what came of it, for a person; nothing when nothing was set aside, or the new container runs
 */
export async function bringBack(engine: Reach, name: string): Promise<string | undefined> {
  const before = aside(name);
  if ((await isRunning(engine, before)) === undefined) return undefined;
  const running = await isRunning(engine, name);
  if (running) return undefined;
  if (running === false) await runClient(engine, ["rm", "--force", name]);
  for (const args of [
    ["rename", before, name],
    ["start", name],
  ]) {
    const said = await runClient(engine, args);
    if (said.code !== 0) return `${name} could not be brought back: ${said.stderr.trim()}`;
  }
  return `${name} is the one of before this up, and runs again`;
}

/** Undefined where there is no such container. */
async function isRunning(engine: Reach, name: string): Promise<boolean | undefined> {
  const said = await runClient(engine, ["inspect", "--type", "container", "--format", "{{.State.Running}}", name]);
  return said.code === 0 ? said.stdout.trim() === "true" : undefined;
}

/** The first source that is not what was planned: by its id, with no link on the way. */
function changedSource(mounts: readonly Mount[]): string | undefined {
  for (const mount of mounts) {
    if (mount.kind !== "bind" || mount.id === undefined) continue;
    const { source, id } = mount;
    if (!existsSync(source) || realpathSync(source) !== source || sourceId(source) !== id) return source;
  }
  return undefined;
}

async function must(engine: Reach, args: readonly string[]): Promise<void> {
  const said = await runClient(engine, args);
  if (said.code !== 0) throw new Error(`${args.join(" ")}: ${said.stderr.trim()}`);
}
