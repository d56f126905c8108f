import { z } from "zod";
import type { Look } from "../look.ts";

// Schemas of engines' answers, by their API and their client: what is used of them, as Docker 20.10 and Podman 4.3 write it (measured). The rest is left out.

const labels = z.record(z.string(), z.string()).nullish();
const words = z.array(z.string()).nullish();

export const Version = z.object({
  Version: z.string(),
  Arch: z.string(),
  ApiVersion: z.string().optional(),
  Components: z.array(z.object({ Name: z.string(), Version: z.string() })).nullish(),
});
export type Version = z.output<typeof Version>;

export const Info = z.object({
  ID: z.string().nullish(),
  Name: z.string().nullish(),
  NCPU: z.number().nullish(),
  MemTotal: z.number().nullish(),
  DockerRootDir: z.string().nullish(),
  SecurityOptions: words,
  /** Docker 25 and later. The folders are there, too, when there is no spec in them. */
  CDISpecDirs: words,
  /** Docker from API 1.50 (28.2); left out where there is none. */
  DiscoveredDevices: z.array(z.object({ Source: z.string().optional(), ID: z.string() })).nullish(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  MemoryLimit: z.boolean().nullish(),
  PidsLimit: z.boolean().nullish(),
  CpuCfsQuota: z.boolean().nullish(),
  KernelVersion: z.string().nullish(),
  SystemTime: z.string().nullish(),
});
export type Info = z.output<typeof Info>;

/** What Podman says of itself in its own API. */
export const PodmanInfo = z.object({
  host: z.object({
    networkBackend: z.string().nullish(),
    cgroupControllers: words,
    security: z.object({ rootless: z.boolean().nullish() }).nullish(),
  }),
});
export type PodmanInfo = z.output<typeof PodmanInfo>;

export const Network = z.object({
  Id: z.string(),
  Name: z.string(),
  Driver: z.string().optional(),
  Internal: z.boolean().optional(),
  EnableIPv6: z.boolean().optional(),
  Options: z.record(z.string(), z.string()).nullish(),
  Labels: labels,
  // A range is read whole: what it has beyond the plan is a difference.
  IPAM: z.object({ Config: z.array(z.looseObject({ Subnet: z.string().optional() })).nullish() }).nullish(),
});
/** A network as the engine describes it. */
export type FoundNetwork = z.output<typeof Network>;

export const Volumes = z.object({ Volumes: z.array(z.object({ Name: z.string(), Labels: labels })).nullish() });

export const Image = z.object({
  Id: z.string(),
  RepoTags: words,
  Created: z.number(),
  Size: z.number(),
  Labels: labels,
});

const Mount = z.object({
  Type: z.string().optional(),
  Name: z.string().optional(),
  Source: z.string().optional(),
  Destination: z.string().optional(),
  RW: z.boolean().optional(),
});
/** What a container mounts. */
export type FoundMount = z.output<typeof Mount>;

export const Listed = z.object({
  Id: z.string(),
  Names: z.array(z.string()),
  Labels: labels,
  State: z.string().optional(),
  // Podman's list leaves mounts out.
  Mounts: z.array(Mount).nullish(),
});
/** A container as the engine lists it. */
export type Listed = z.output<typeof Listed>;

/** A container that runs, with the ports that it publishes. */
export const Published = z.object({
  Names: z.array(z.string()),
  Labels: labels,
  Ports: z
    .array(z.object({ IP: z.string().optional(), PublicPort: z.number().optional(), Type: z.string().optional() }))
    .nullish(),
});
export type Published = z.output<typeof Published>;

/** What the engine's `top` says of a container's processes. */
export const Top = z.object({ Processes: z.array(z.array(z.string())).nullish() });

/** The sessions of `exec` that a container has or had, and one of them. Docker says null for none; an answer that says nothing of them is no answer. */
export const Sessions = z.object({ ExecIDs: z.array(z.string()).nullable() });
export const Session = z.object({
  Running: z.boolean(),
  ProcessConfig: z.object({ tty: z.boolean().nullish() }).nullish(),
});

/** Whether a container runs, and by what; Podman's answer may leave the latter out. */
export const Running = z.object({
  State: z.object({ Status: z.string() }),
  HostConfig: z.object({ Runtime: z.string().nullish() }).nullish(),
});
export type Running = z.output<typeof Running>;

/** States of a container in which it has no processes, as Docker and Podman call them. A state that is not known is none of these. */
export const AT_REST: readonly (string | undefined)[] = [
  ...["created", "exited", "dead"],
  ...["configured", "initialized", "stopped"],
];

/** What was made, by its id: Podman's own API writes it small. */
export const Made = z.union([
  z.object({ Id: z.string() }),
  z.object({ id: z.string() }).transform(({ id }) => ({ Id: id })),
]);

const EndpointSettings = z.object({
  /** Empty while the container does not run. */
  IPAddress: z.string().optional(),
  Aliases: words,
  Links: words,
});

export const Inspected = z.object({
  Id: z.string().optional(),
  Name: z.string().optional(),
  State: z.object({
    Status: z.string(),
    StartedAt: z.string().optional(),
    Health: z
      .object({ Status: z.string().optional(), Log: z.array(z.object({ Output: z.string() })).nullish() })
      .nullish(),
  }),
  RestartCount: z.number().nullish(),
  /** The id of the image it was made of. */
  Image: z.string(),
  Config: z.object({ Image: z.string(), User: z.string(), Hostname: z.string().optional(), Labels: labels }),
  EffectiveCaps: words,
  HostConfig: z.object({
    Privileged: z.boolean(),
    ReadonlyRootfs: z.boolean(),
    CapAdd: z.array(z.string()).nullable(),
    CapDrop: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    GroupAdd: words,
    /** Podman leaves it out. */
    MaskedPaths: words,
    PidMode: z.string(),
    IpcMode: z.string(),
    UTSMode: z.string(),
    /** `private` where it has users of its own (Podman, `keep-id`). */
    UsernsMode: z.string().nullish(),
    NetworkMode: z.string(),
    // Of a device everything is kept: one without a path has something else that names it.
    Devices: z.array(z.looseObject({ PathOnHost: z.string().optional() })).nullable(),
    /** Podman does not tell. */
    DeviceRequests: z
      .array(z.object({ Driver: z.string().optional(), Count: z.number().optional(), DeviceIDs: words }))
      .nullish(),
    PortBindings: z
      .record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable())
      .nullable(),
    Runtime: z.string().optional(),
    Memory: z.number(),
    PidsLimit: z.number().nullable(),
    NanoCpus: z.number().nullish(),
    MemorySwap: z.number().optional(),
    CpuShares: z.number().optional(),
    /** Podman gives CPUs both as a quota and in nanoseconds. */
    CpuPeriod: z.number().optional(),
    CpuQuota: z.number().optional(),
    CpusetCpus: z.string().optional(),
    CpusetMems: z.string().optional(),
    BlkioWeight: z.number().optional(),
    MemoryReservation: z.number().optional(),
    KernelMemory: z.number().optional(),
    RestartPolicy: z.object({ Name: z.string() }).nullish(),
    ShmSize: z.number().optional(),
    /** Of each place in memory its options. */
    Tmpfs: z.record(z.string(), z.string()).nullish(),
  }),
  Mounts: z.array(
    z.object({
      Type: z.string(),
      Name: z.string().optional(),
      Source: z.string(),
      Destination: z.string(),
      RW: z.boolean(),
    }),
  ),
  NetworkSettings: z.object({ Networks: z.record(z.string(), EndpointSettings.nullable()).nullish() }),
});
/** What is used of an engine's description of a container (`inspect`; Podman writes the same names). */
export type Inspected = z.output<typeof Inspected> & {
  /** Users that its processes have, as the host sees them: of a container that runs and whose processes were asked for. */
  Users?: Look<string[]>;
};

/** What else is read of a container that was made by hand. Podman 4.3 tells the entry point as one text. */
export const AskedFor = Inspected.extend({
  Config: Inspected.shape.Config.extend({
    ...{ Env: words, Cmd: words, WorkingDir: z.string().nullish() },
    Entrypoint: z.union([z.string(), z.array(z.string())]).nullish(),
  }),
  HostConfig: Inspected.shape.HostConfig.extend({ Dns: words, ExtraHosts: words, Sysctls: labels }),
});
export type AskedFor = z.output<typeof AskedFor>;
