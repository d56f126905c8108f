import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Instant } from "./awake.ts";
import { stateFolder } from "./folders.ts";

/** How long nobody was seen in a container that runs, as the last look left it. */
const CountSchema = z.object({
  /** When the container was started, as the engine says it: a start begins the count anew. */
  started: z.string(),
  /** Seconds. */
  idle: z.number(),
  /** When nobody was seen in it last. */
  last: z.object({ at: z.number(), awake: z.number(), boot: z.string() }),
  /** The mark of the last visit that it knows of, as `countOn` was given it. */
  visited: z.number().default(0),
});
export type Count = z.output<typeof CountSchema>;

/** Seconds. Of a time in which nobody looked, nobody knows whether somebody was in: of a night without sweeps an hour counts, and no more. */
const MOST_BETWEEN = 60 * 60;

/**
 * The count after a look that saw nobody. What lies between two looks counts as far as the machine was awake in one boot: by a clock that a sleep stops, by the clock of the day, the lesser
 * of the two, for that one may be set. Neither a reboot nor a lid that was shut over the weekend is a time in which somebody could have come.
 * @param before nothing at the first look
 * @param visited a mark that each visit by this checkout's own ways changes; 0 where none is known. A visit is told by its being another one than before, and not by when it was: one in
 * the very second of a look would count again at the next
 */
export function countOn(before: Count | undefined, started: string, now: Instant, visited = 0): Count {
  if (before?.started !== started || visited !== before.visited) return { started, idle: 0, last: now, visited };
  const { last } = before;
  const between = last.boot === now.boot ? Math.min(now.awake - last.awake, now.at - last.at, MOST_BETWEEN) : 0;
  return { started, idle: before.idle + Math.max(0, between), last: now, visited };
}

/** Days after which a count is of a container that nobody sweeps any more. */
const KEPT = 100;

/** Reads the count of a container; nothing where there is none, or none that can be read: then it begins anew. @param id of the container */
export function readCount(id: string): Count | undefined {
  try {
    return CountSchema.safeParse(JSON.parse(readFileSync(path(id), "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Writes it whole, and removes what is left of containers that are gone. @throws what the file system says */
export function writeCount(id: string, count: Count): void {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  const next = `${path(id)}.${process.pid}`;
  writeFileSync(next, JSON.stringify(count), { mode: 0o600 });
  renameSync(next, path(id));
  for (const name of readdirSync(folder())) {
    const old = join(folder(), name);
    const stat = statSync(old, { throwIfNoEntry: false });
    if (stat && count.last.at * 1000 - stat.mtimeMs > KEPT * 24 * 60 * 60 * 1000) unlinkSync(old);
  }
}

/** By the container's id: two checkouts, and two engines, may have a client of one name. */
function path(id: string): string {
  return join(folder(), id.replace(/[^0-9a-f]/g, ""));
}

function folder(): string {
  return join(stateFolder(), "idle");
}
