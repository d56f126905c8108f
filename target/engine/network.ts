import { isIP } from "node:net";
import { z } from "zod";
import type { AddressPlan } from "../../capabilities/network/addresses.ts";
import { LABELS } from "../../gateway/contract.ts";
import { specHash } from "../../plan/hash.ts";
import { names } from "../../plan/names.ts";
import { type FoundNetwork, Made, Network } from "./answers.ts";
import { request } from "./api.ts";
import { isGone, type Reach, runClient } from "./client.ts";
import type { NetworkSpec } from "./dialect/dialect.ts";
import { dialects } from "./dialect/dialects.ts";
import { written } from "./dialect/docker.ts";
import type { Difference } from "./difference.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";

/** A planned network, and how it stands on the engine. */
export interface PlacedNetwork {
  name: string;
  spec: NetworkSpec;
  /** The hash of its spec, which its label says. */
  hash: string;
  /** Whether it is there as it is planned. Otherwise it is made anew, with the containers that are on it. */
  stands: boolean;
  /** What somebody changed: sentences for the preview. */
  changed: string[];
}

/**
 * A client's two networks: the inner one, without a way out or an address of the host, and the gateway's own way out. They are compared with what the engine
 * has, since Pulumi's state knows only what was placed. Values that this engine reads back in another form are judged by the label alone.
 * @param was whether the client had networks before
 */
export function planNetworks(
  client: string,
  addresses: AddressPlan,
  engine: Pick<Engine, "kind">,
  found: readonly FoundNetwork[],
  was: boolean,
): { inner: PlacedNetwork; outer: PlacedNetwork } {
  const dialect = dialects[engine.kind];
  const { inner, outer, bridge } = names(client);
  const judge = (name: string, spec: NetworkSpec): PlacedNetwork => {
    const hash = specHash(spec).slice(0, 16);
    const there = found.find(({ Name }) => Name === name);
    const planned = { name, spec, hash, changed: [] };
    if (!there)
      return {
        ...planned,
        stands: false,
        ...(was && { changed: [`${name}: it is not there any more; it is made anew`] }),
      };
    if (there.Labels?.[LABELS.client] !== client || there.Labels[LABELS.spec] !== hash)
      return { ...planned, stands: false };
    const wrong = networkDifferences(spec, there, dialect.driftingNetwork);
    return {
      ...planned,
      stands: wrong.length === 0,
      changed: wrong.map(({ says }) => `${name}: ${says}; it is made anew`),
    };
  };
  return {
    inner: judge(inner, dialect.innerNetwork(addresses, bridge)),
    outer: judge(outer, dialect.outerNetwork(addresses)),
  };
}

/** How a network differs from its spec. @param drifting what this engine reads back in another form */
export function networkDifferences(spec: NetworkSpec, found: FoundNetwork, drifting: readonly string[]): Difference[] {
  const internal = found.Internal ?? false;
  const [configs, there] = [spec.ipamConfigs.map(written), found.IPAM?.Config ?? []];
  const pairs: (readonly [what: string, planned: unknown, found: unknown, as: Difference["class"]])[] = [
    ["driver", "bridge", found.Driver, "unordered"],
    // An internal network has no way out by itself.
    ["internal", spec.internal, internal, internal ? "narrows" : "widens"],
    ["IPv6", false, found.EnableIPv6 ?? false, "widens"],
    ["options", spec.options, found.Options ?? {}, "unordered"],
    ["ipamConfigs", configs, there, "unordered"],
    // Of addresses that are read back in another form, the one that is a wall: an inner network on which the host has none (D-141).
    ...(drifting.includes("ipamConfigs")
      ? [["host's addresses", hostsIn(configs), hostsIn(there), "widens"] as const]
      : []),
  ];
  return pairs
    .filter(([what, planned, there]) => !drifting.includes(what) && specHash(planned) !== specHash(there))
    .map(([what, planned, there, as]) => ({
      class: as,
      says: `its ${what} is ${JSON.stringify(there)}, not ${JSON.stringify(planned)}`,
    }));
}

/** The addresses that an engine says the host has on a network; Podman writes "<nil>" where it has none. */
function hostsIn(configs: readonly Record<string, unknown>[]): string[] {
  return configs.flatMap(({ Gateway }) => (typeof Gateway === "string" && isIP(Gateway) ? [Gateway] : [])).sort();
}

/**
 * Makes a network. A different network of this name is removed before, if it is the client's own, together with the client's containers on it: they are placed again
 * afterwards. The provider's own network resource would wait 2 s after it made one and 2 s more before it tells that one is gone, whatever the engine does
 * (pulumi-docker 5.0.0; both were there after 0.1 s).
 * @param replace whether a network of this name that is not the client's may be removed as well
 * @returns its id
 * @throws EngineError with what the engine said
 */
export async function placeNetwork(
  engine: Reach & Pick<Engine, "kind">,
  client: string,
  { name, spec, labels }: { name: string; spec: NetworkSpec; labels: Readonly<Record<string, string>> },
  replace: boolean,
): Promise<string> {
  const there = await lookUpNetwork(engine, name);
  if (there && there.Labels?.[LABELS.spec] === labels[LABELS.spec] && there.Labels?.[LABELS.client] === client)
    return there.Id;
  if (there && !replace && there.Labels?.[LABELS.client] !== client)
    throw new EngineError(
      `there is a network ${name} already, which is none of ${client}'s; run the same command again`,
    );
  if (there) await removeNetwork(engine, client, name);
  const { path, words } = dialects[engine.kind].networkRequest(name, spec, labels);
  const { Id } = await request(engine, path, Made, { method: "POST", words });
  return Id;
}

/**
 * Makes a network of a client that had none when its `up` began. What somebody else made for this client since is not taken for one's own, nor removed.
 * @throws EngineError
 */
export async function makeFirstNetwork(
  engine: Reach & Pick<Engine, "kind">,
  client: string,
  network: Parameters<typeof placeNetwork>[2],
): Promise<void> {
  const there = await lookUpNetwork(engine, network.name);
  if (there?.Labels?.[LABELS.client] === client)
    throw new EngineError(
      `another checkout or user brings up ${client} at this moment: ${network.name} came since this began. Wait until that has ended, then run the same command again`,
    );
  await placeNetwork(engine, client, network, false);
}

/** What the engine says of a network; nothing where there is none of this name. @throws EngineError */
export async function lookUpNetwork(engine: Reach, name: string): Promise<FoundNetwork | undefined> {
  try {
    return await request(engine, `/networks/${name}`, Network);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** The IPv4 ranges of all networks of an engine but one, by its name. @throws EngineError */
export async function subnetsOf(engine: Reach, besides: string): Promise<string[]> {
  const networks = await request(engine, "/networks", z.array(Network));
  return networks
    .filter(({ Name }) => Name !== besides)
    .flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet?.includes(".") ? [Subnet] : [])));
}

/** Removes a network: the client's own containers on it with it, whoever else is on it is taken off. */
export async function removeNetwork(engine: Reach, client: string, network: string): Promise<void> {
  const cannot = (why: string) => new EngineError(`${network} has to be made anew and cannot be removed: ${why}`);
  // Podman's client (4.3) writes no label into a list, so the client's own are asked for by it.
  const list = async (...filters: readonly string[]): Promise<string[]> => {
    const all = [`network=${network}`, ...filters].flatMap((filter) => ["--filter", filter]);
    const said = await runClient(engine, ["ps", "--all", ...all, "--format", "{{.Names}}"]);
    if (!said.ok) throw cannot(said.why);
    return said.stdout.split("\n").filter(Boolean);
  };
  const members = await list();
  const own = await list(`label=${LABELS.client}=${client}`);
  for (const name of members)
    await runClient(
      engine,
      own.includes(name) ? ["rm", "--force", "--volumes", name] : ["network", "disconnect", "--force", network, name],
    );
  const said = await runClient(engine, ["network", "rm", network]);
  if (!said.ok && !isGone(said)) throw cannot(said.why);
}
