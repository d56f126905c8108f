import type { Platform } from "../../capabilities/image/lock.ts";

/** What a plan needs to know of the engine it is for. Read once at start, by target/engine/survey.ts. */
export interface Engine {
  kind: "docker" | "podman";
  version: string;
  /** The address its API answers at, as DOCKER_HOST writes it. */
  host: string;
  /** The command line client that reaches it, as a shell writes it: `docker`, `podman --remote`. */
  cli: string;
  /** What it runs images of. */
  platform: Platform;
  rootless: boolean;
  /** True where files of the host need a relabel before a container may read them. */
  selinux: boolean;
  /** Where a profile of system calls lies on its machine, for an engine that takes a path. */
  seccompFile?: string;
  /** How GPUs can be handed over: a CDI device, the NVIDIA runtime's device request, or not at all. */
  gpu: "cdi" | "nvidia" | "none";
  /** Limits of a container that it takes and does not hold; nothing where it holds all. */
  limitless?: readonly ("memory" | "pids" | "cpus")[];
  /** What makes the networks of a Podman: `cni`, `netavark`. */
  networks?: string;
}
