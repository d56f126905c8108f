import { ULIMITS } from "../capabilities/limits/ulimits.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import { SANDBOX } from "../gateway/contract.ts";
import type { Facts } from "./facts.ts";
import type { Merged } from "./merge.ts";
import { labels, names } from "./names.ts";
import type { Scratch, Workload } from "./workload.ts";

const MIB = 2 ** 20;

/** The container the agents run in: no capability, no route out, one writable directory of the host, and what the capabilities add. */
export function planAgent(
  client: string,
  image: string,
  addresses: AddressPlan,
  added: Pick<Merged, "environment" | "scratch" | "mounts" | "limits" | "gpu" | "runtime">,
  { workspace: { uid, gid }, maker }: Pick<Facts, "workspace" | "maker">,
): Workload {
  return {
    role: "agent",
    name: names(client).agent,
    hostname: client,
    image,
    user: `${uid}:${gid}`,
    capabilities: [],
    environment: added.environment,
    sysctls: {},
    scratch: added.scratch.map(({ key: _key, ...scratch }) => scratch),
    mounts: added.mounts.map(({ key: _key, ...mount }) => mount),
    networks: [{ name: names(client).inner, address: addresses.agent }],
    resolver: addresses.gateway,
    published: [],
    limits: added.limits,
    ulimits: ULIMITS,
    gpu: added.gpu,
    ...(added.runtime && { runtime: added.runtime }),
    restart: "unless-stopped",
    stopGrace: 5,
    labels: labels(client, "agent", maker),
  };
}

/** Memory that each agent's container has, whoever asks for what: where `SANDBOX.ready` leads in the image. */
export const OWN_SCRATCH: Scratch = { at: SANDBOX.own, size: 16 * MIB, exec: false };
