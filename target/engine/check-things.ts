import { z } from "zod";
import { LABELS } from "../../gateway/contract.ts";
import type { ExpectedContainers, ExpectedNetworks } from "../../plan/expected.ts";
import { aside, names } from "../../plan/names.ts";
import { Listed, Volumes } from "./answers.ts";
import { request } from "./api.ts";
import { ALL_CONTAINERS, nameOf } from "./belongings.ts";
import type { Check } from "./check-container.ts";
import { dialects } from "./dialect/dialects.ts";
import { type Difference, narrows, unordered, widens } from "./difference.ts";
import type { Engine } from "./engine.ts";
import { lookUpNetwork, networkDifferences } from "./network.ts";

/** Looks at a client's networks: each is there, made by an `up`, and shut as it was planned. */
export async function checkNetworks(
  engine: Engine,
  client: string,
  expected: ExpectedNetworks | undefined,
): Promise<Check[]> {
  const { inner, outer } = names(client);
  return Promise.all(
    [inner, outer].map(async (name): Promise<Check> => {
      const what = `network: ${name} is as it was made`;
      const spec = expected?.[name];
      if (!spec) return { what, wrong: [], unseen: "the last up was of a version that did not write down how" };
      try {
        const found = await lookUpNetwork(engine, name);
        if (!found) return { what, wrong: [narrows("it is not there")] };
        return {
          what,
          wrong: [
            ...(found.Labels?.[LABELS.client] === client
              ? []
              : [unordered(`it has no label of ${client}: somebody made it`)]),
            ...networkDifferences(spec, found, dialects[engine.kind].driftingNetwork),
          ],
        };
      } catch (error) {
        return { what, wrong: [], unseen: (error as Error).message };
      }
    }),
  );
}

/** Looks at the volumes that a client's containers mount. One that somebody made again is empty, or holds what somebody put there. */
export async function checkVolumes(
  engine: Engine,
  client: string,
  { agent, gateway, helpers = {} }: ExpectedContainers,
): Promise<Check> {
  const what = "volumes: each is there, and the client's";
  const planned = [agent, gateway, ...Object.values(helpers)].flatMap(({ mounts }) =>
    Object.values(mounts).flatMap((mount) => /^([^/]\S*) \(r[ow]\)$/.exec(mount)?.[1] ?? []),
  );
  try {
    const { Volumes: there } = await request(engine, "/volumes", Volumes);
    const wrong = [...new Set(planned)].sort().flatMap((name): Difference[] => {
      const found = there?.find(({ Name }) => Name === name);
      if (!found) return [narrows(`${name} is not there`)];
      return found.Labels?.[LABELS.client] === client
        ? []
        : [unordered(`${name} has no label of ${client}: somebody made it`)];
    });
    return { what, wrong };
  } catch (error) {
    return { what, wrong: [], unseen: (error as Error).message };
  }
}

/** Looks for containers that say that they are the client's and that nobody planned. Those that look for us say so by their role. @param helpers containers beside the agent */
export async function checkDoubles(engine: Engine, client: string, helpers: readonly string[]): Promise<Check> {
  const { agent, gateway, lock } = names(client);
  const planned = [agent, gateway, lock, ...helpers].flatMap((name) => [name, aside(name)]);
  const what = "containers: no others are the client's";
  try {
    // By the API: the two clients write a label in a list in different ways.
    const there = await request(engine, ALL_CONTAINERS, z.array(Listed.pick({ Names: true, Labels: true })));
    const others = there
      .filter(({ Labels }) => Labels?.[LABELS.client] === client && Labels[LABELS.role] !== "helper")
      .map(nameOf)
      .filter((name) => !planned.includes(name));
    return { what, wrong: others.sort().map((name) => widens(`container ${name} is not planned`)) };
  } catch (error) {
    return { what, wrong: [], unseen: (error as Error).message };
  }
}
