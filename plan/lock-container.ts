import { ULIMITS } from "../capabilities/limits/ulimits.ts";
import { ENVIRONMENT } from "../gateway/contract.ts";
import type { Engine } from "../target/engine/engine.ts";
import { lacks } from "./lacks.ts";
import { labels, type Maker, names } from "./names.ts";
import type { Workload } from "./workload.ts";

const MIB = 2 ** 20;

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
    // It needs 7 MiB. nft, which it starts for a load and lists all of the host's rules before that, needs what they are.
    limits: { memory: 64 * MIB, pids: 32 },
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
