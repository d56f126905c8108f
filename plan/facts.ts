import type { Asking } from "../capabilities/environment/look.ts";
import type { Extension } from "../capabilities/image/extension.ts";
import type { ImageSources } from "../capabilities/image/image.ts";
import type { Masked } from "../capabilities/masks/mask.ts";
import type { Repository } from "../capabilities/repository/repository.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Maker } from "./names.ts";
import type { PostureFact } from "./review/fact.ts";

/** What of a declared mount is on the host, with every symbolic link resolved. */
export interface FoundMount {
  path: string;
  /** Which file or directory it is (host/source-id.ts); empty where nothing is there. */
  id: string;
  /** Where it is no directory: a file, nothing that is left out, or nothing yet, which an up makes. */
  is?: "file" | "absent" | "unmade";
}

/** A socket of TCP that waits for connections, at an address or at all (0.0.0.0, ::). */
export interface Listener {
  address: string;
  port: number;
}

/** What a plan takes from the world: read once by host/, before anything is planned. */
export interface Facts extends Masked {
  engine: Engine;
  /** By this machine's clock, in milliseconds since 1970. */
  now: number;
  /** What the last `up` of this client left; nothing where there was none, or where it cannot be read. */
  deployed: readonly PostureFact[];
  /** The workspace, links resolved, and its owner: the agent runs as this user. Without a path it is a volume. */
  workspace: { path?: string; uid: number; gid: number; id?: string };
  /** What is there of the declared mounts, in the order of the spec. */
  mounts: readonly FoundMount[];
  /** Of a workspace that is a linked worktree or a submodule. */
  repository?: Repository;
  /** Places that are masked by default and that the client leaves to the agent, with the key that says so. */
  opened: readonly { key: string; path: string }[];
  /** Variables that files of the workspace ask for. */
  asking?: readonly Asking[];
  /** What was seen that stops nothing, and that a person should know. */
  warnings: readonly Problem[];
  /**
   * Subnets (CIDR): those that this client's networks have now; those of all other networks of the engine; and of these, those of other clients. Where this host reaches
   * other machines: its interfaces and routes, without the bridges of the client's own networks. And the engine's bridges that are no client's, by their names.
   */
  networks: {
    own: readonly string[];
    taken: readonly string[];
    ways: readonly { network: string; interface: string }[];
    clients: readonly string[];
    bridges: readonly { name: string; subnet: string }[];
  };
  /** Of what is delivered, by its place: each changes with the content, and gives nothing of it away. */
  fingerprints: Readonly<Record<string, string>>;
  /** What images are made of: lock, build contexts, agents. */
  images: ImageSources;
  /**
   * IPv4 addresses of the engine's host, where it is this machine: all that it has now, and those of its hardware and of bridges,
   * bonds and VLANs. What comes and goes with tunnels and containers is no part of a policy. The interfaces by which it may
   * reach what is elsewhere. And what listens on the ports that the client reaches of it, where that could be seen.
   */
  host: {
    addresses: readonly string[];
    steady: readonly string[];
    uplinks: readonly { name: string; mtu: number }[];
    listeners?: readonly Listener[];
    /** What the engine's machine is called, where it is another one than this: a virtual machine on it, or one far away. */
    elsewhere?: string;
  };
  machine: Machine;
  /** What the client adds to its image, when it adds something. */
  extension?: Extension;
  /** What helpers' images are built of, by helper, of those that are built here. */
  helperExtensions?: Readonly<Record<string, Extension>>;
  /** What other clients may write: workspaces and mounts with mode rw, as the project's files say and as the engine has it, links resolved. */
  neighbours: readonly { client: string; what: "workspace" | "mount"; path: string }[];
  /** Whose state makes what is planned; unknown where pulumi was not started by bin/pulumi. */
  maker?: Maker;
  /** Files and directories of the host that nobody in a sandbox sees, links resolved: this product's state, sources of secrets, the engine's files. */
  kept: readonly { path: string; what: string }[];
  /** The home directory of the person who runs pulumi. */
  home: string;
  /** The project's directory, where Pulumi.yaml lies, links resolved. */
  project: string;
}

/** What of an engine's machine a container may ask for, and what of it others have already. */
export interface Machine {
  /** 0 where the engine does not say. */
  cpus: number;
  /** Bytes; 0 where the engine does not say. */
  memory: number;
  /** Processes and threads that its kernel can have at once. */
  processes: number;
  /** Ports of it that somebody else listens on at 127.0.0.1, of those that the client publishes, and who. */
  ports: readonly { port: number; by: string }[];
}
