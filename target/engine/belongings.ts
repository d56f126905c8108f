import { LABELS } from "../../gateway/contract.ts";
import type { Belonging } from "../ownership.ts";
import type { FoundMount, FoundNetwork, Inspected, Listed } from "./answers.ts";

/** The request for all containers, also those of no client: they may hold a client's volumes. */
export const ALL_CONTAINERS = "/containers/json?all=1";

interface Labelled {
  Labels?: Record<string, string> | null;
}

/**
 * All that carries a client's label, as the engine listed it.
 * @param inspect what the engine says of one container; nothing when it is gone by now
 * @param listsMounts whether a container that is listed without mounts has none. Podman lists no mounts at all, so there each container is inspected; where they are listed,
 * inspecting each lock, which has none, would cost every `up` a request for each client of the machine
 */
export async function readBelongings(
  networks: readonly FoundNetwork[],
  volumes: readonly (Labelled & { Name: string })[],
  containers: readonly Listed[],
  inspect: (id: string) => Promise<Inspected | undefined>,
  listsMounts: boolean,
): Promise<Belonging[]> {
  const found = [
    ...networks.flatMap((network) => belonging("network", network.Id, network.Name, network) ?? []),
    ...volumes.flatMap((volume) => belonging("volume", volume.Name, volume.Name, volume) ?? []),
  ];
  const placed = containers.map(async (container) => {
    const thing = belonging("container", container.Id, nameOf(container), container);
    if (!thing) return [];
    const known = container.Mounts?.length || (listsMounts && container.Mounts);
    const mounts = known ? container.Mounts : (await inspect(container.Id))?.Mounts;
    return [{ ...thing, writes: written(mounts ?? []) }];
  });
  return [...found, ...(await Promise.all(placed)).flat()];
}

/** The name of a container as the engine lists it. */
export function nameOf({ Names }: Pick<Listed, "Names">): string {
  return (Names[0] ?? "").replace(/^\//, "");
}

function belonging(kind: Belonging["kind"], id: string, name: string, { Labels }: Labelled): Belonging | undefined {
  const client = Labels?.[LABELS.client];
  if (!client) return undefined;
  const state = Labels?.[LABELS.state];
  const path = Labels?.[LABELS.path];
  return { kind, id, name, client, ...(state && { state }), ...(path && { path }), writes: [] };
}

function written(mounts: readonly FoundMount[]): Belonging["writes"] {
  return mounts.flatMap(({ Type, Source, Destination, RW }) =>
    Type === "bind" && RW && Source && Destination ? [{ source: Source, at: Destination }] : [],
  );
}
