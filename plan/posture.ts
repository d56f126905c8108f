import type { Guard } from "../capabilities/command-guards/guard.ts";
import { describeSource } from "../capabilities/credentials/secrets.ts";
import { type DeliveredFile, placeOf } from "../capabilities/delivered.ts";
import type { EgressPolicy } from "../capabilities/egress/egress.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import { ENVIRONMENT } from "../gateway/contract.ts";
import type { Spec } from "../stack-file/spec.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import { lacks } from "./lacks.ts";
import { ENGINES_OWN } from "./seccomp.ts";
import type { Workload } from "./workload.ts";

/**
 * The summary of all that matters for security, from the same objects that enforce it; of secrets it says where they come from, and never a value. Mappings,
 * not lists: so `pulumi preview --diff` shows one line for one change.
 */
export interface Posture {
  client: string;
  agents: string[];
  profile: string;
  containers: { agent: ContainerPosture; gateway: ContainerPosture; lock?: ContainerPosture };
  /** What the engine's host takes from the agent's network: nothing, or why that cannot be had. */
  host: string;
  /** Of each name its ports and where the line comes from: `80,443 (client)`. In profile `web` it begins with what that opens. */
  egress: Record<string, string>;
  /** Of each `name:port` the address it stands for, and where the line comes from. */
  endpoints: Record<string, string>;
  /** DNS servers that the gateway asks; none where it asks those of the engine's host. */
  resolvers: string[];
  /** Of each port of the host the agent's that it leads to. */
  ports: Record<string, string>;
  /** Commands that the agents' hooks refuse, by the names of their guards. */
  guards: string[];
  /** Of each plain variable of agents and shells its value, by reader: `_all/TZ`. */
  environment: Record<string, string>;
  /** Of each secret where it comes from: `env ACME_PAT`. */
  credentials: Record<string, string>;
}

export interface ContainerPosture {
  image: string;
  user: string;
  capabilities: string[];
  /** Of each place what is mounted there: `acme-home (rw)`, or `/srv/acme (rw)` where it is of the host. */
  mounts: Record<string, string>;
  networks: string[];
  published: string[];
  gpu: string;
  /** The name of its filter of system calls. */
  seccomp: string;
  /** Of each limit what it is: `memory: 8192MiB`. */
  limits: Record<string, string>;
}

/** The posture of a planned sandbox: pure, from the plan alone. */
export function posture(of: {
  client: string;
  spec: Spec;
  agents: readonly Agent[];
  egress: EgressPolicy;
  agent: Workload;
  gateway: Workload;
  lock?: Workload;
  engine: Engine;
  delivered: readonly DeliveredFile[];
  guards: readonly Guard[];
}): Posture {
  return {
    client: of.client,
    agents: of.agents.map(({ name }) => name),
    profile: of.spec.profile,
    containers: {
      // An image of one's own under its own name: the tag it has here says only that it was checked.
      agent: { ...containerPosture(of.agent, of.engine), ...(of.spec.image.ref && { image: of.spec.image.ref }) },
      gateway: containerPosture(of.gateway, of.engine),
      ...(of.lock && { lock: containerPosture(of.lock, of.engine) }),
    },
    host: of.lock
      ? `takes nothing from ${of.lock.environment[ENVIRONMENT.bridge]}`
      : `NOT LOCKED: ${lacks(of.engine).hostRules}`,
    egress: {
      // A key that no name can have: names have a dot.
      ...(of.egress.web && { web: "ANY PUBLIC HOST on 80 and 443 (profile web)" }),
      ...sorted(
        of.egress.destinations.map(({ host, subdomains, ports, origin }) => [
          `${subdomains ? "*." : ""}${host}`,
          `${ports.join(",")} (${origin})`,
        ]),
      ),
    },
    endpoints: sorted(
      of.egress.endpoints.map(({ name, address, port, origin }) => [`${name}:${port}`, `${address} (${origin})`]),
    ),
    resolvers: [...of.spec.resolvers],
    ports: sorted(
      of.gateway.published.map(({ address, port }) => [
        `${address}:${port}`,
        String(of.spec.ports.find((one) => one.port === port)?.to),
      ]),
    ),
    guards: of.guards.map(({ name }) => name),
    environment: sorted(
      of.delivered.flatMap((file) =>
        file.role === "variable" && "text" in file.source ? [[`${file.reader}/${file.name}`, file.source.text]] : [],
      ),
    ),
    credentials: sorted(
      of.delivered.flatMap((file) =>
        file.role === "variable" && "text" in file.source ? [] : [[placeOf(file), describeSource(file.source)]],
      ),
    ),
  };
}

function containerPosture(workload: Workload, engine: Engine): ContainerPosture {
  const { memory, cpus, tmp, shm } = workload.limits;
  const size = (bytes: number) => `${bytes / 2 ** 20}MiB`;
  const pids = dialects[engine.kind].limitsProcesses ? workload.limits.pids : "as the engine has it";
  return {
    image: workload.image,
    user: workload.user,
    capabilities: [...workload.capabilities],
    mounts: sorted(workload.mounts.map(({ source, at, readOnly }) => [at, `${source} (${readOnly ? "ro" : "rw"})`])),
    networks: workload.hostNetwork ? ["host"] : workload.networks.map(({ name }) => name),
    published: workload.published.map(({ address, port }) => `${address}:${port}`),
    gpu: workload.gpu === false ? "none" : workload.gpu === "all" ? "all" : JSON.stringify(workload.gpu),
    seccomp: dialects[engine.kind].seccomp(engine)?.name ?? ENGINES_OWN,
    limits: {
      memory: size(memory),
      pids: String(pids),
      ...(cpus && { cpus: String(cpus) }),
      ...(tmp && { tmp: size(tmp) }),
      ...(shm && { shm: size(shm) }),
    },
  };
}

function sorted(entries: [name: string, what: string][]): Record<string, string> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
