import type { NetworkSpec } from "../target/engine/dialect/dialect.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { HelperPlan } from "./helpers.ts";
import { ENGINES_OWN } from "./seccomp.ts";
import type { Workload } from "./workload.ts";

/** What a container is to be, in words that are compared with what the engine says of it (target/engine/check-container.ts). */
export interface ExpectedContainer {
  image: string;
  user: string;
  capabilities: string[];
  /** Of each place what is mounted there: `acme-home (rw)`, or `/srv/acme (rw)` where it is of the host. */
  mounts: Record<string, string>;
  networks: string[];
  published: string[];
  gpu: string;
  /** What the engine starts it by, where that is not its own choice. */
  runtime?: string;
  /** The name of its filter of system calls. */
  seccomp: string;
  /** Of each limit what it is: `memory: 8192MiB`. */
  limits: Record<string, string>;
}

export interface ExpectedContainers {
  agent: ExpectedContainer;
  gateway: ExpectedContainer;
  lock?: ExpectedContainer;
  /** By name of the stack file. An older program left none. */
  helpers?: Readonly<Record<string, ExpectedContainer>>;
}

/** How a client's networks are made, by name, in the words of the engine's dialect. */
export type ExpectedNetworks = Readonly<Record<string, NetworkSpec>>;

/** What the containers of a plan are to be. @param ref an image of one's own: the tag it has here says only that it was checked */
export function expectedContainers(
  {
    agent,
    gateway,
    lock,
    helpers,
  }: { agent: Workload; gateway: Workload; lock?: Workload; helpers: readonly HelperPlan[] },
  engine: Engine,
  ref?: string,
): ExpectedContainers {
  return {
    agent: { ...expected(agent, engine), ...(ref && { image: ref }) },
    gateway: expected(gateway, engine),
    ...(lock && { lock: expected(lock, engine) }),
    ...(helpers.length > 0 && {
      helpers: Object.fromEntries(helpers.map(({ name, workload }) => [name, expected(workload, engine)])),
    }),
  };
}

function expected(workload: Workload, engine: Engine): ExpectedContainer {
  const { memory, cpus, tmp, shm } = workload.limits;
  const size = (bytes: number) => `${bytes / 2 ** 20}MiB`;
  // Of a limit that it does not hold the engine says, once the container is made, that there is none.
  const held = (limit: "memory" | "pids" | "cpus", says: string) =>
    engine.limitless?.includes(limit) ? ENGINES_OWN : says;
  const pids = dialects[engine.kind].limitsProcesses(workload) ? String(workload.limits.pids) : ENGINES_OWN;
  const mounts = workload.mounts.map(({ source, at, readOnly }) => [at, `${source} (${readOnly ? "ro" : "rw"})`]);
  return {
    image: workload.image,
    user: workload.user,
    capabilities: [...workload.capabilities],
    mounts: Object.fromEntries(mounts),
    networks: workload.hostNetwork ? ["host"] : workload.networks.map(({ name }) => name),
    published: workload.published.map(({ address, port }) => `${address}:${port}`),
    gpu: workload.gpu === false ? "none" : workload.gpu === "all" ? "all" : JSON.stringify(workload.gpu),
    ...(workload.runtime && { runtime: workload.runtime }),
    seccomp: dialects[engine.kind].seccomp(engine)?.name ?? ENGINES_OWN,
    limits: {
      memory: held("memory", size(memory)),
      pids: held("pids", pids),
      ...(cpus && { cpus: held("cpus", String(cpus)) }),
      ...(tmp && { tmp: size(tmp) }),
      ...(shm && { shm: size(shm) }),
    },
  };
}
