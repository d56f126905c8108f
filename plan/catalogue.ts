import type { Guard } from "../capabilities/command-guards/guard.ts";
import type { EgressCatalogue } from "../capabilities/egress/egress.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import type { NpmFolder } from "../capabilities/image/image.ts";
import type { Lock } from "../capabilities/image/lock.ts";
import type { RegistryLock } from "../capabilities/image/registry.ts";
import type { Tool } from "../capabilities/image/tool.ts";

/** What the files of this project and those of the client's own policy offer. */
export interface Catalogue extends EgressCatalogue {
  /** The names of all agents and tool sets, and at least those of them that the spec names. Sorted. */
  agentNames: readonly string[];
  agents: readonly Agent[];
  toolNames: readonly string[];
  /** What npm installs of these agents, by folder of images/agents. */
  npmFolders: Readonly<Record<string, NpmFolder>>;
  tools: readonly Tool[];
  lock: Lock;
  /** What was pushed to a registry, where anything was. */
  registry?: RegistryLock;
  /** All command guards. */
  guards: readonly Guard[];
}
