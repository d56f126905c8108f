import { ULIMITS } from "../capabilities/limits/ulimits.ts";
import { ENVIRONMENT } from "../gateway/contract.ts";
import type { Engine } from "../target/engine/engine.ts";
import { lacks } from "./lacks.ts";
import { labels, type Maker, names } from "./names.ts";
import type { Workload } from "./workload.ts";

const MIB = 2 ** 20;

/**
 * Bytes. The lock needs 7 MiB; nft, which it starts for each load, reads all of the host's rules before it writes its own, and needs half a MiB for each table with two chains in it
 * (1.0.6: 13 MiB beside two tables, 46 MiB beside 82, 2026-11-30). With 64 MiB the kernel ended it from some fifty clients on, each of which has two tables; this is room for two hundred.
 */
export const LOCK_MEMORY = 256 * MIB;

/**
 * The lock: it stands in the network namespace of the engine's host, and has packet rules there drop all that comes from the
 * client's inner bridge to the host itself. Without it the host's kernel takes what is sent to everybody on the bridge.
 * @returns nothing on rootless Podman, see `Lacks.hostRules`
 */
export function planLock(client: string, image: string, engine: Engine, maker?: Maker): Workload | undefined {
  if (lacks(engine).hostRules) return undefined;
  const { lock, bridge } = names(client);
  return {
    role: "lock",
    name: lock,
    hostname: lock,
    image,
    program: ["lock"],
    user: "0:0",
    capabilities: ["CAP_NET_ADMIN"],
    environment: { [ENVIRONMENT.client]: client, [ENVIRONMENT.bridge]: bridge },
    sysctls: {},
    scratch: [{ at: "/run", size: MIB, exec: false }],
    mounts: [],
    networks: [],
    hostNetwork: true,
    published: [],
    limits: { memory: LOCK_MEMORY, pids: 32 },
    ulimits: ULIMITS,
    gpu: false,
    restart: "always",
    stopGrace: 1,
    // The lock itself looks when the kernel tells of a change. What a check sees beyond that is a lock that hangs, and it costs the engine's way into a container whatever it asks
    // there (docs/gatewayd.md, Figures).
    // Every `up` reads how the last one ended: rules that somebody took away are no part of what an engine tells of a container.
    health: { command: ["lock", "check"], interval: 30, timeout: 10, retries: 1, startPeriod: 5 },
    labels: labels(client, "lock", maker),
  };
}
