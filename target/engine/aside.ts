import { existsSync, realpathSync } from "node:fs";
import { NamesUnseen, otherNames } from "../../host/other-names.ts";
import { sourceId } from "../../host/source-id.ts";
import { shown } from "../../host/tree.ts";
import { aside } from "../../plan/names.ts";
import type { Mount, Workload } from "../../plan/workload.ts";
import type { Inspected } from "./answers.ts";
import { isGone, type Reach, runClient } from "./client.ts";
import { inspectByClient } from "./inspect.ts";
import { sourcesOf } from "./standing.ts";

/**
 * Makes room for a container that is about to be placed: the one that has its name is stopped and set aside under another name, so that it can come back
 * when the new one cannot be made. A container that did not run, or that somebody changed, is removed: it must not come back. Then the sources of the new
 * one's mounts are checked once more: until the old one was stopped, its agent could put a link where a directory was.
 * @param forGood whether the container that is there must not come back
 * @throws Error with what changed or what the engine said; the old container runs again then
 */
export async function setAside(
  engine: Reach,
  name: string,
  { mounts, stopGrace }: Pick<Workload, "mounts" | "stopGrace">,
  forGood: boolean,
): Promise<void> {
  const running = await isRunning(engine, name);
  if (running === false || (running && forGood)) await must(engine, ["rm", "--force", name]);
  else if (running) {
    // What an `up` that was killed half-way has left is older than what stands under the name now.
    const before = await runClient(engine, ["rm", "--force", aside(name)]);
    if (!before.ok && !isGone(before)) throw new Error(`${aside(name)} is in the way of ${name}: ${before.why}`);
    try {
      await must(engine, ["stop", "--time", String(stopGrace), name]);
      await must(engine, ["rename", name, aside(name)]);
    } catch (error) {
      // Nothing has taken its place. One that was not stopped takes this as done.
      const again = await runClient(engine, ["start", name]);
      throw new Error(
        `${(error as Error).message}. ${again.ok ? `${name} runs as before` : `${name} could not be started again: ${again.why}`}`,
      );
    }
  }
  const source = changedSource(sourcesToFind(mounts));
  const why = source
    ? `${source} is not the file or directory it was when this up looked at it: it was replaced meanwhile, or a link was put on the way to it`
    : openName(mounts);
  if (!why) return;
  const back = await bringBack(engine, name);
  throw new Error(`${why}. Run the same command again${back ? `. ${back}` : ""}`);
}

/** A name by which a masked file is open, given to it while its mask was lifted and the old container ran. */
function openName(mounts: readonly Mount[]): string | undefined {
  const workspace = mounts.find(({ at }) => at === "/workspace")?.source;
  const masks = mounts.flatMap(({ at, covers, readOnly }) =>
    at.startsWith("/workspace/") && readOnly
      ? [
          {
            path: at.slice("/workspace/".length),
            as: covers === undefined ? ("readonly" as const) : ("empty" as const),
          },
        ]
      : [],
  );
  if (workspace === undefined || masks.length === 0) return undefined;
  try {
    const [open] = otherNames(workspace, masks);
    return open && `${shown(open.name)} is another name of ${shown(open.file)} (a hard link), and no mask lies over it`;
  } catch (error) {
    // Any other error (a masked directory that cannot be read) was reported by the survey.
    return error instanceof NamesUnseen ? error.message : undefined;
  }
}

/**
 * Brings back what was set aside for a container that could not be made. It stays away when the sources of its mounts have changed: the engine would
 * mount whatever has their names by now.
 * @returns what came of it, for a person; nothing when nothing was set aside, or the new container runs
 */
export async function bringBack(engine: Reach, name: string): Promise<string | undefined> {
  const before = aside(name);
  const gone = (why: string) => `${name} could not be brought back: ${why}`;
  const found = await inspectByClient(engine, before);
  if ("unseen" in found) return `whether there is a container ${name} to bring back could not be seen: ${found.unseen}`;
  if (!found.seen) return undefined;
  const now = await inspectByClient(engine, name);
  if ("unseen" in now) return gone(now.unseen);
  if (now.seen?.State.Status === "running") return undefined;
  if (now.seen) await runClient(engine, ["rm", "--force", name]);
  const source = changedSource(sourcesOfFound(found.seen));
  if (source) {
    await runClient(engine, ["rm", "--force", before]);
    return gone(`${source} is not the file or directory that it had`);
  }
  for (const args of [
    ["rename", before, name],
    ["start", name],
  ]) {
    const done = await runClient(engine, args);
    if (!done.ok) return gone(done.why);
  }
  return `${name} is the one of before this up, and runs again`;
}

/** What planned mounts are made of, and what masks lie over. */
function sourcesToFind(mounts: readonly Mount[]): Source[] {
  const workspace = mounts.find(({ at }) => at === "/workspace")?.source ?? "";
  return mounts.flatMap((mount) => [
    ...(mount.kind === "bind" && mount.id !== undefined ? [{ path: mount.source, id: mount.id }] : []),
    ...(mount.covers === undefined ? [] : [{ path: inWorkspace(workspace, mount.at), id: mount.covers }]),
  ]);
}

/** The same of a container on the engine, with the ids that the sources had when it was made. */
function sourcesOfFound({ Mounts, Config }: Inspected): Source[] {
  const sourceAt = (at: string) => Mounts.find(({ Destination }) => Destination === at)?.Source ?? "";
  return Object.entries(sourcesOf(Config.Labels)).map(([at, id]) => ({
    path: at.startsWith("/workspace/") ? inWorkspace(sourceAt("/workspace"), at) : sourceAt(at),
    id,
  }));
}

function inWorkspace(workspace: string, at: string): string {
  return workspace + at.slice("/workspace".length);
}

interface Source {
  path: string;
  id: string;
}

/** Undefined where there is no such container. @throws Error when that cannot be seen: then none may be taken for gone */
async function isRunning(engine: Reach, name: string): Promise<boolean | undefined> {
  const said = await runClient(engine, ["inspect", "--type", "container", "--format", "{{.State.Running}}", name]);
  if (said.ok) return said.stdout.trim() === "true";
  if (isGone(said)) return undefined;
  throw new Error(`${name} cannot be looked at, so nothing takes its place: ${said.why}`);
}

/** The first source that is another file or directory now, or has a link on the way to it. */
function changedSource(sources: readonly Source[]): string | undefined {
  return sources.find(({ path, id }) => !existsSync(path) || realpathSync(path) !== path || sourceId(path) !== id)
    ?.path;
}

async function must(engine: Reach, args: readonly string[]): Promise<void> {
  const said = await runClient(engine, args);
  if (!said.ok) throw new Error(`${args.join(" ")}: ${said.why}`);
}
