import type { AddressPlan } from "../../../capabilities/network/addresses.ts";
import type { SeccompProfile } from "../../../plan/seccomp.ts";
import type { Workload } from "../../../plan/workload.ts";
import type { Engine, GpuOffer } from "../engine.ts";

/** What differs between engines: how a plan is written so that the engine does it, and reads it back unchanged. */
export interface Dialect {
  /** The earliest version that was tried. */
  tried: string;
  /** How a person has it confine containers by SELinux, where its machine enforces that. */
  toConfine: string;
  container(workload: Workload, engine: Engine): ContainerSpec;
  /** @param bridge the name of its interface on the engine's host */
  innerNetwork(addresses: AddressPlan, bridge: string): NetworkSpec;
  outerNetwork(addresses: AddressPlan): NetworkSpec;
  /** How it is asked to make a network. */
  networkRequest(
    name: string,
    spec: NetworkSpec,
    labels: Readonly<Record<string, string>>,
  ): { path: string; words: object };
  /** Inputs of a container that the engine changes while it runs; any other edit replaces the container. */
  live(workload: Pick<Workload, "runtime">): readonly (keyof ContainerSpec)[];
  /** The filter of system calls that its containers get; without one, the engine's own default holds. */
  seccomp(engine: Engine): SeccompProfile | undefined;
  /** Where the engine mounts memory of the container's own by itself, over a root that is read-only. */
  scratch: readonly string[];
  /** How it hands out GPUs, by its version and by what it and its machine say of them. */
  gpu(version: string, offer: GpuOffer): Engine["gpu"];
  /** What it cannot do of what a client may ask for. */
  lacks(engine: Engine): Lacks;
  /** Whether its client sets limits of a container that is there, that of processes among them. */
  limitsProcesses(workload: Pick<Workload, "runtime">): boolean;
  /** Inputs that this engine reads back in another form, so that only the spec hash judges them. */
  drifting: readonly (keyof ContainerSpec)[];
  /** The same of a network's inputs. */
  driftingNetwork: readonly (keyof NetworkSpec | "ipamOptions")[];
}

/** What an engine may not be able to do: a sentence for a person where it is so, nothing where it can. */
export interface Lacks {
  /** Why it hands out no GPU, and what to do. */
  gpu?: string;
  /** Why no runtime is chosen for a single container. */
  runtime?: string;
  /** What comes of a port that it publishes for a gateway. */
  inbound?: string;
  /** What it does with a mount whose path has a colon. */
  colons?: string;
  /** Why nothing of its machine is reached at the address where gateways dial it. */
  hostServices?: string;
  /** Why the host's side of the inner bridge cannot be shut. */
  hostRules?: string;
  /** Why it takes a limit of a container and does not hold it, by the limit. */
  limits?: Partial<Record<"memory" | "pids" | "cpus", string>>;
}

/** A container in the provider's words (the subset of @pulumi/docker's ContainerArgs that this product uses). */
export interface ContainerSpec {
  name: string;
  image: string;
  hostname: string;
  entrypoints?: string[];
  command?: string[];
  user: string;
  readOnly: true;
  capabilities: { drops: string[]; adds: string[] };
  securityOpts: string[];
  envs: string[];
  sysctls: Record<string, string>;
  tmpfs: Record<string, string>;
  mounts: { type: string; source: string; target: string; readOnly: boolean }[];
  volumes: {
    volumeName?: string;
    hostPath?: string;
    containerPath: string;
    readOnly: boolean;
    selinuxRelabel?: string;
  }[];
  networksAdvanced: { name: string; ipv4Address?: string; macAddress?: string }[];
  networkMode?: "host";
  dns: string[];
  dnsOpts: string[];
  ports: { internal: number; external: number; ip: string; protocol: string }[];
  memory: number;
  memorySwap: number;
  /** MiB */
  shmSize?: number;
  ulimits: { name: string; soft: number; hard: number }[];
  cpus?: string;
  gpus?: string;
  runtime?: string;
  deviceRequests?: { driver: string; deviceIds: string[] }[];
  devices?: { hostPath: string; containerPath: string; permissions: string }[];
  usernsMode?: string;
  restart: string;
  destroyGraceSeconds: number;
  mustRun: true;
  logOpts: Record<string, string>;
  logDriver: string;
  healthcheck?: { tests: string[]; interval: string; timeout: string; retries: number; startPeriod: string };
  labels: { label: string; value: string }[];
}

/** A network in the provider's words. */
export interface NetworkSpec {
  internal: boolean;
  options: Record<string, string>;
  ipamConfigs: { subnet: string; ipRange?: string; gateway?: string }[];
}
