import type { Agent } from "./agent.ts";
import type { EgressPolicy } from "./egress.ts";
import type { SecretFile } from "./secrets.ts";
import type { Spec } from "./spec/spec.ts";
import type { Workload } from "./workload.ts";

/**
 * The value-free summary of all that matters for security, from the same objects that enforce it. Sorted lists of short
 * lines: `pulumi preview --diff` shows one line for one change, and guardrails judge it.
 */
export interface Posture {
  client: string;
  agents: string[];
  profile: string;
  containers: Record<Workload["role"], ContainerPosture>;
  /** `name:ports (origin)`. */
  egress: string[];
  /** `name:port = address (origin)`. */
  endpoints: string[];
  /** Where secrets come from, by name: `git-token from env ACME_PAT`. */
  credentials: string[];
}

export interface ContainerPosture {
  image: string;
  user: string;
  capabilities: string[];
  /** `source at target (ro|rw)`; a source that starts with / is of the host. */
  mounts: string[];
  networks: string[];
  published: string[];
  gpu: string;
  limits: string;
}

export function posture(of: {
  client: string;
  spec: Spec;
  agents: readonly Agent[];
  egress: EgressPolicy;
  agent: Workload;
  gateway: Workload;
  secrets: readonly SecretFile[];
}): Posture {
  return {
    client: of.client,
    agents: of.agents.map(({ name }) => name),
    profile: of.spec.profile,
    containers: { agent: containerPosture(of.agent), gateway: containerPosture(of.gateway) },
    egress: of.egress.destinations.map(
      ({ host, subdomains, ports, origin }) => `${subdomains ? "*." : ""}${host}:${ports.join(",")} (${origin})`,
    ),
    endpoints: of.egress.endpoints.map(({ name, address, port, origin }) => `${name}:${port} = ${address} (${origin})`),
    credentials: of.secrets.map(({ path, source }) =>
      "env" in source ? `${path} from env ${source.env}` : `${path} from file ${source.file}`,
    ),
  };
}

function containerPosture(workload: Workload): ContainerPosture {
  const { memory, pids, cpus } = workload.limits;
  return {
    image: workload.image,
    user: workload.user,
    capabilities: [...workload.capabilities],
    mounts: workload.mounts.map(({ source, at, readOnly }) => `${source} at ${at} (${readOnly ? "ro" : "rw"})`),
    networks: workload.networks.map(({ name }) => name),
    published: workload.published.map(({ address, port }) => `${address}:${port}`),
    gpu: workload.gpu === false ? "none" : workload.gpu === "all" ? "all" : JSON.stringify(workload.gpu),
    limits: `memory ${memory / 2 ** 20}MiB, pids ${pids}${cpus ? `, cpus ${cpus}` : ""}`,
  };
}
