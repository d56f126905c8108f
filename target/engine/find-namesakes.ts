import { names } from "../../plan/names.ts";
import type { SandboxPlan } from "../../plan/plan.ts";
import type { Foreign } from "../foreign.ts";
import type { Engine } from "./engine.ts";

/**
 * Finds what has a planned name on the engine and is not the client's. A container by the name of the agent, the gateway or the lock that nobody's label is on is placed anew, and
 * told (standing.ts); one by a helper's name was never the product's.
 * @param foreign all on the engine that has not the client's label
 */
export function findNamesakes(
  {
    client,
    volumes,
    agent,
    gateway,
    lock,
    helpers,
  }: Pick<SandboxPlan, "client" | "volumes" | "agent" | "gateway" | "lock" | "helpers">,
  foreign: readonly Foreign[],
): Foreign[] {
  const { inner, outer } = names(client);
  const beside = helpers.map(({ workload }) => workload.name);
  const planned: Readonly<Record<Foreign["kind"], readonly string[]>> = {
    container: [agent.name, gateway.name, ...(lock ? [lock.name] : []), ...beside],
    network: [inner, outer],
    volume: volumes.map(({ name }) => name),
  };
  return (["container", "network", "volume"] as const).flatMap((kind) =>
    planned[kind].flatMap((name) =>
      foreign.filter(
        (thing) =>
          thing.kind === kind &&
          thing.name === name &&
          (kind !== "container" || thing.of !== undefined || beside.includes(name)),
      ),
    ),
  );
}

/** The sentence about one that stays: another client's, or somebody's where nothing of the client is on the engine. */
export function describeNamesake({ kind, name, of }: Foreign, client: string, { cli }: Pick<Engine, "cli">): string {
  if (of !== undefined)
    return `there is a ${kind} ${name} already, and it is the client ${of}'s, whose it stays: nothing of one client is another's. Give ${client}, or what would have this name (a helper), another name`;
  const remove = kind === "container" ? `${cli} rm --force ${name}` : `${cli} ${kind} rm ${name}`;
  return `there is a ${kind} ${name} already, which is none of ${client}'s: it has no label of this product. Remove it if nobody needs it (${remove}), or give the client another name`;
}
