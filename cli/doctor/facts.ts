import type { OwnAuthority } from "../../capabilities/credentials/look/machine-trust.ts";
import type { Disk } from "../../host/disk.ts";
import type { Routes } from "../../host/routes.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import type { Look } from "../../target/look.ts";

/** What a doctor's judgement is made of: what this machine, this checkout and the engine were found to be. */
export interface MachineFacts {
  /** This machine's clock, in milliseconds since 1970, and when the newest file of this version was made, by the same. */
  now: number;
  made: number;
  /** Node that runs this, and the least that package.json takes. */
  node: { has: string; needs: string };
  /** Whether the npm packages are those of the lock. */
  packages: "as locked" | "others" | "missing";
  /** The folder that set-up left Pulumi in, and what Pulumi there says its version is; nothing where there is none. */
  pulumi?: { folder: string; version: Look<string>; host: boolean };
  /** What package.json pins: a version of Pulumi, and plugins by name and version, `command 1.2.1`. */
  pinned: { pulumi: string; plugins: readonly string[] };
  /** Where Pulumi looks for its plugins, and which are there. */
  plugins: { folder: string; there: readonly string[] };
  engine: Look<
    Pick<EngineSurvey, "engine" | "machine" | "kernel" | "clock"> & {
      /** When the engine's clock was read, by this machine's. */
      asked: number;
      /** Whether it is on this machine. */
      here: boolean;
      /** How many clients have something on it. */
      clients: number;
    }
  >;
  /** The client of the engine that images are built with, as set-up found it; nothing where it found none, or it is gone. */
  builder?: string;
  /** What of SELinux this machine does; nothing where it has none. */
  selinux?: "enforcing" | "permissive";
  /** Clients whose stack file asks for a GPU, and clients whose networks something of this host is over, with the sentence about it. */
  gpus: readonly string[];
  overlaps: readonly { client: string; look: Look<string> }[];
  /** Ways of this host to other machines besides those by the engine's own bridges. */
  ways: Routes;
  disks: readonly Disk[];
  /** Authorities that this machine trusts beside the public ones, and clients whose stack file says nothing of `ca`. */
  authorities: readonly OwnAuthority[];
  withoutCa: readonly string[];
  /** Files that a process may have open, and instances of inotify that a user may have; nothing where the kernel does not say. */
  openFiles?: number;
  watchers?: number;
  /** The folder of the state, whether it can be written, and who else can read the passphrase in it. */
  state: { folder: string; writable: boolean; passphrase: "own" | "others read it" | "missing" | "elsewhere" };
  /** Clients whose stack file has mistakes. */
  mistaken: readonly string[];
}
