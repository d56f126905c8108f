import type { Inbound } from "../gateway/gateway-policy.ts";
import type { Catalogue } from "../plan/catalogue.ts";
import type { Facts } from "../plan/facts.ts";
import type { PostureFact } from "../plan/review/fact.ts";
import type { Topic } from "../plan/review/topic.ts";
import type { Gpu, Limits, Mount, Scratch, Workload } from "../plan/workload.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import type { Guard } from "./command-guards/guard.ts";
import type { DeliveredFile } from "./delivered.ts";
import type { EgressPolicy } from "./egress/egress.ts";
import type { Service } from "./egress/service.ts";
import type { Helper } from "./helpers/helper.ts";
import type { Agent } from "./image/agent.ts";
import type { Tool } from "./image/tool.ts";
import type { AddressPlan } from "./network/addresses.ts";

/**
 * One thing that a client may ask for: a folder with the keys it takes (`keys.ts`), what it looks at on the host (`look.ts`, its only I/O), and these three
 * functions. It knows no other capability: what it adds to the sandbox is a contribution, and plan/merge.ts puts all of them together.
 */
export interface Capability {
  /** Judges what is declared by the project's files alone, without the host or its engine. */
  check?(of: Named): Problem[];
  /** What it has delivered into /run/secrets. Known without the host, whose part it is to look at the sources. */
  files?(of: Named): readonly DeliveredFile[];
  /** What it adds to the sandbox, and what the host has to say against it. Pure. */
  plan?(of: Declared, facts: Facts): Contribution;
  /** What it says in the posture: of what is placed where that is known, and of what the stack file says where it is not. */
  posture?(of: Declared, placed?: Seen): readonly PostureFact[];
  /** How these compare, by their topics. */
  topics?: Readonly<Record<string, Topic>>;
}

/** What a client's stack file says, and what the project's files have under the names in it. */
export interface Named {
  client: string;
  spec: Spec;
  catalogue: Catalogue;
  /** Sorted by name, each once. */
  agents: readonly Agent[];
  tools: readonly Tool[];
  guards: readonly Guard[];
  /** The services of the egress catalogue that are named, sorted by name. */
  named: readonly Service[];
  /** What may leave the sandbox; nothing while a line of it is wrong, for what that one would open is not known. */
  policy: EgressPolicy | undefined;
}

/** What a client declares, judged. */
export interface Declared extends Named {
  /** Everything that is delivered, sorted by path. */
  files: readonly DeliveredFile[];
  /** What is wrong with it. */
  problems: readonly Problem[];
}

/** What is placed, as far as capabilities tell of it: the posture is of the objects that the engine is given. */
export interface Seen {
  facts: Facts;
  agent: Workload;
  gateway: Workload;
}

/** What is added to a sandbox, with the key of the stack file that messages about it name, where that is not the capability's own name. */
export type Added<Item> = Item & { key?: string };

/** What one capability adds to a sandbox. */
export interface Contribution {
  /** Of the agent's container. */
  mounts?: readonly Added<Mount>[];
  scratch?: readonly Added<Scratch>[];
  environment?: Readonly<Record<string, string>>;
  gpu?: Gpu;
  /** The engine's runtime of it and of the helpers, where it is not the engine's own choice. */
  runtime?: string;
  limits?: Limits;
  /** Ports of the agent that the gateway forwards from its outer side. */
  inbound?: readonly Inbound[];
  addresses?: AddressPlan;
  /** Containers beside the agent's. */
  helpers?: readonly Helper[];
  /** What stops it, and what a person should see that stops nothing. */
  problems?: readonly Problem[];
  warnings?: readonly Problem[];
}
