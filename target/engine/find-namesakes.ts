import { names } from "../../plan/names.ts";
import type { SandboxPlan } from "../../plan/plan.ts";
import type { Engine } from "./engine.ts";

/** A network or a volume that has the name of one of a client's and not its label: somebody else made it. */
export interface Namesake {
  kind: "network" | "volume";
  name: string;
}

/**
 * Finds networks and volumes on the engine that have a planned name and are not the client's.
 * @param present names of volumes that are there, besides other names
 * @param there networks, and the names of those networks and volumes that carry the client's label
 */
export function findNamesakes(
  { client, volumes }: Pick<SandboxPlan, "client" | "volumes">,
  present: readonly string[],
  there: { networks: readonly { Name: string }[]; labelled: readonly string[] },
): Namesake[] {
  const { inner, outer } = names(client);
  return [
    ...[inner, outer]
      .filter((name) => there.networks.some(({ Name }) => Name === name))
      .map((name) => ({ kind: "network" as const, name })),
    ...volumes.filter(({ name }) => present.includes(name)).map(({ name }) => ({ kind: "volume" as const, name })),
  ].filter(({ name }) => !there.labelled.includes(name));
}

/** The sentence about one where nothing of the client is on the engine: it is another's, and stays. */
export function describeNamesake({ kind, name }: Namesake, client: string, { cli }: Pick<Engine, "cli">): string {
  return `there is a ${kind} ${name} already, which is none of ${client}'s: it has no label of this product. Remove it if nobody needs it (${cli} ${kind} rm ${name}), or give the client another name`;
}
