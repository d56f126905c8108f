/** A container as the plan sees it, the same for every engine. A dialect writes it in its engine's words. */
export interface Workload {
  role: "agent" | "gateway" | "lock" | "beside";
  name: string;
  hostname: string;
  image: string;
  /** The program it runs, where that is not the image's own. */
  program?: readonly string[];
  /** What that is given, where the image says otherwise: a helper's command. */
  arguments?: readonly string[];
  /** `uid:gid`. */
  user: string;
  /** Capabilities left after all are dropped, sorted, in the CAP_ form. */
  capabilities: readonly string[];
  environment: Readonly<Record<string, string>>;
  sysctls: Readonly<Record<string, string>>;
  /** Memory-backed writable places besides the mounts. */
  scratch: readonly Scratch[];
  mounts: readonly Mount[];
  networks: readonly { name: string; address?: string }[];
  /** It stands in the network namespace of the engine's host, and has no networks: the lock alone. */
  hostNetwork?: true;
  resolver?: string;
  /** Ports of the container that the host offers, on the given address of the host. */
  published: readonly { address: string; port: number }[];
  limits: Limits;
  /** Limits of each process by the kernel's names, soft and hard the same (ulimits.ts). */
  ulimits: Readonly<Record<string, number>>;
  gpu: Gpu;
  /** What the engine starts it by, where that is not the engine's own choice. */
  runtime?: string;
  restart: "always" | "unless-stopped";
  /** Seconds between the polite signal and the end. */
  stopGrace: number;
  health?: { command: readonly string[]; interval: number; timeout: number; retries: number; startPeriod: number };
  labels: Readonly<Record<string, string>>;
}

export interface Scratch {
  at: string;
  /** Bytes. */
  size: number;
  /** Whether programs may be run from there. */
  exec: boolean;
  /** `uid:gid` of the one user it belongs to; without it everyone of the container may write there. */
  owner?: string;
}

export type Mount =
  | {
      kind: "volume";
      purpose: string;
      source: string;
      at: string;
      readOnly: boolean;
      covers?: string;
      ofImage?: true;
    }
  | {
      kind: "bind";
      source: string;
      at: string;
      readOnly: boolean;
      /** Which file or directory the source was when it was looked at (host/source-id.ts): a mount shows that one, whatever has its name later. */
      id?: string;
      /** Whether it lies over a name in a mount that agents write: the kernel lets nobody move what is mounted over. */
      pinned?: true;
      /** Whether it is a file. */
      file?: true;
      /** Of an empty mask: which file or directory of the workspace it lies over. It is lifted when another one gets that name. */
      covers?: string;
      /** Whether containers of other clients mount the same source. */
      shared?: boolean;
    };

export interface Limits {
  /** Bytes; swap is not given on top. */
  memory: number;
  pids: number;
  cpus?: number;
  /** Bytes that files in /tmp may take, where it is not the usual. */
  tmp?: number;
  /** Bytes that programs may share in /dev/shm, where it is not the engine's own. */
  shm?: number;
}

export type Gpu = false | "all" | { count: number } | { devices: number[] };
