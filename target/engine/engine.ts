import type { Platform } from "../../capabilities/image/lock.ts";

/** What a plan needs to know of the engine it is for. Read once at start, by target/engine/survey.ts. */
export interface Engine {
  kind: "docker" | "podman";
  version: string;
  /** The address its API answers at, as DOCKER_HOST writes it. */
  host: string;
  /** The name that a Docker Engine gave itself once and for all; Podman's is another at each question (4.3). */
  id?: string;
  /** Where TLS is spoken: the folder with what both sides know each other by. */
  certificates?: string;
  /** The command line client that reaches it, as a shell writes it: `docker`, `podman --remote`. */
  cli: string;
  /** What it runs images of. */
  platform: Platform;
  rootless: boolean;
  /** True where files of the host need a relabel before a container may read them. */
  selinux: boolean;
  /** Where a profile of system calls lies on its machine, for an engine that takes a path. */
  seccompFile?: string;
  /** The names of what it can start a container by, sorted. */
  runtimes: readonly string[];
  /**
   * How GPUs can be handed over: as a CDI device, by the device request that the NVIDIA runtime answers, as WSL2's one device with the libraries of Windows'
   * driver, or not at all.
   */
  gpu: "cdi" | "nvidia" | "wsl" | "none";
  /** What that was decided by, and what says why a GPU is not there. */
  gpus?: GpuOffer;
  /** Limits of a container that it takes and does not hold; nothing where it holds all. */
  limitless?: readonly ("memory" | "pids" | "cpus")[];
  /** What makes the networks of a Podman: `cni`, `netavark`. */
  networks?: string;
}

/** What an engine says of GPUs, and what its machine has of them. */
export interface GpuOffer {
  /** Whether it says that CDI is on; Podman has no word for it. */
  cdi: boolean;
  /** Whether the NVIDIA runtime is registered. */
  runtime: boolean;
  /** NVIDIA's CDI devices, without `nvidia.com/gpu=`: those that the engine lists, else those of the specs on this machine. Nothing where nobody could say. */
  devices?: readonly string[];
  /** Of its machine, where that is this one. */
  host?: HostGpu;
}

/** What this machine has of NVIDIA's driver. */
export interface HostGpu {
  /** Whether the kernel has the driver (/proc/driver/nvidia). */
  driver: boolean;
  /** Its devices, one a card: /dev/nvidia0. */
  nodes: readonly string[];
  /** Of WSL2 alone: whether Windows hands a GPU in (/dev/dxg), and the libraries of its driver. */
  wsl?: { dxg: boolean; libraries: boolean };
  /** The CDI specs that name GPUs: which, and what of the host's they name that is not there. */
  specs: readonly { file: string; devices: readonly string[]; gone: readonly string[] }[];
}
