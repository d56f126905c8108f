import { LABELS } from "../../gateway/contract.ts";
import { type Reach, runClient } from "./client.ts";
import { EngineError } from "./engine-error.ts";

/** A thing on the engine, by what its client calls it. */
interface Thing {
  kind: "container" | "network" | "volume";
  id: string;
}

const REMOVE = {
  container: ["rm", "--force", "--volumes"],
  network: ["network", "rm"],
  volume: ["volume", "rm"],
} as const;

/**
 * Removes things in the order in which the engine allows it: what uses a thing goes before it.
 * @returns what the engine said against it
 */
export async function removeAll(engine: Reach, things: readonly (Thing & { name?: string })[]): Promise<string[]> {
  const troubles: string[] = [];
  for (const kind of ["container", "network", "volume"] as const)
    await Promise.all(
      things
        .filter((thing) => thing.kind === kind)
        .map(async ({ id, name = id }) => {
          const said = await runClient(engine, [...REMOVE[kind], id]);
          if (!said.ok) troubles.push(`${kind} ${name}: ${said.why}`);
        }),
    );
  return troubles.sort();
}

/**
 * Removes all that carries a client's label, and volumes that have the names of its own and no client's label; then asks the engine once more.
 * @param volumes names of the volumes that the stack planned
 * @returns what is left, as `kind id`
 * @throws Error when the engine cannot be asked: nothing is known then
 */
export async function wipe(engine: Reach, client: string, volumes: readonly string[]): Promise<string[]> {
  await removeAll(engine, await left(engine, client, volumes));
  return (await left(engine, client, volumes)).map(({ kind, id }) => `${kind} ${id}`);
}

/** Removes a client's containers, also those that no state knows: they hold its networks and volumes. @throws Error when some stay */
export async function removeContainers(engine: Reach, client: string): Promise<void> {
  let said: string[] = [];
  // Tries again, for a container that is just ending can neither be removed nor be counted as gone.
  for (let tries = 0; tries < 50; tries++) {
    const there = await ids(engine, ["ps", "--all"], `${LABELS.client}=${client}`);
    if (there.length === 0) return;
    said = await removeAll(
      engine,
      there.map((id) => ({ kind: "container", id })),
    );
    if (said.length > 0) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`containers of ${client} could not be removed: ${said.join("; ")}`);
}

async function left(engine: Reach, client: string, volumes: readonly string[]): Promise<Thing[]> {
  const ofClient = `${LABELS.client}=${client}`;
  const [containers, networks, labelled, ofClients, named] = await Promise.all([
    ids(engine, ["ps", "--all"], ofClient),
    ids(engine, ["network", "ls"], ofClient),
    ids(engine, ["volume", "ls"], ofClient),
    ids(engine, ["volume", "ls"], LABELS.client),
    ids(engine, ["volume", "ls"]),
  ]);
  // One with the label of another client is that one's, whatever it is called.
  const ours = new Set([...labelled, ...named.filter((name) => volumes.includes(name) && !ofClients.includes(name))]);
  return [
    ...containers.map((id) => ({ kind: "container" as const, id })),
    ...networks.map((id) => ({ kind: "network" as const, id })),
    ...[...ours].sort().map((id) => ({ kind: "volume" as const, id })),
  ];
}

/** @param label that they carry, with its value or whatever that is */
async function ids(engine: Reach, list: readonly string[], label?: string): Promise<string[]> {
  const filter = label === undefined ? [] : ["--filter", `label=${label}`];
  const said = await runClient(engine, [...list, "--quiet", ...filter]);
  if (!said.ok)
    throw new EngineError(
      `the engine does not say what it has${label === undefined ? "" : ` of ${label}`}: ${said.why}`,
    );
  return said.stdout.split("\n").filter(Boolean);
}
