import { specHash } from "../../plan/hash.ts";
import type { Agent } from "./agent.ts";
import { renderAgentDockerfile } from "./agent-dockerfile.ts";
import { type Extension, renderExtensionDockerfile } from "./extension.ts";
import { type Lock, lockedTarball, type Platform } from "./lock.ts";
import type { Tool } from "./tool.ts";

export { type Lock, LockSchema, PLATFORMS, type Platform } from "./lock.ts";

/** What the images of this project are made of, as capabilities/image/look/sources.ts reads it. */
export interface ImageSources {
  lock: Lock;
  /** The agents and tool sets that were asked for, and the names of all there are. */
  agents: readonly Agent[];
  agentNames: readonly string[];
  tools: readonly Tool[];
  toolNames: readonly string[];
  /** Of each build context: its Dockerfile, and the hash of all files in it. */
  contexts: Readonly<Record<"base" | "runtime" | "gateway", { dockerfile: string; hash: string }>>;
  /** Hash of the script that judges an agent image before it gets its tag. */
  check: string;
  /** Hashes of the folders that npm installs an agent from, by folder of images/agents. */
  folders?: Readonly<Record<string, string>>;
}

/** One image: how build.sh makes it. */
export interface ImagePlan {
  name: string;
  /** `agent-sandbox/<name>:<hash of all that goes in>`. */
  tag: string;
  dockerfile: string;
  /** What build.sh is told. */
  environment: Record<string, string>;
}

/** The images of a sandbox. With `ref` the client's own stands for the agent's, and neither that nor the runtime is made. */
export interface ImagePlans {
  base: ImagePlan;
  gateway: ImagePlan;
  runtime?: ImagePlan;
  /** The agents with their tools: shared by all clients with the same ones. */
  agent?: ImagePlan;
  /** The client's own layers on top of it. */
  extended?: ImagePlan;
  /** An image of the client's own, by digest. */
  given?: ImagePlan;
}

export interface ImageChoice {
  agents: readonly Agent[];
  tools: readonly Tool[];
  extension?: Extension;
  ref?: string;
  uid: number;
  gid: number;
  platform: Platform;
  sources: ImageSources;
}

/**
 * The images of a sandbox. base → runtime → agent → extended, and base → gateway. The agent image depends on which agents and
 * tools it has and on the uid and gid of `dev`, so clients share it. Every tag is by content: two clients that say the same
 * share the image, and nothing in it tells whose it is.
 * @throws when the lock has no package of an agent for this platform
 */
export function planImages(of: ImageChoice): ImagePlans {
  const { lock, contexts } = of.sources;
  const rootfs = lock.base.rootfs?.[of.platform];
  const base = plan("base", contexts.base.dockerfile, contexts.base.hash, {
    CONTEXT: "images/base",
    SUITE: lock.base.suite,
    EPOCH: String(lock.base.epoch),
    REGISTRY_IMAGE: lock.base.registry ?? "",
    ...(rootfs && { ROOTFS: rootfs }),
  });
  const gateway = plan("gateway", contexts.gateway.dockerfile, contexts.gateway.hash, {
    CONTEXT: "images/gateway",
    BUILD_ARGS: `BASE_IMAGE=${base.tag}`,
  });
  if (of.ref) {
    const given = plan("given", "", of.sources.check, { CONTEXT: "registry", REF: of.ref, ...mustHave(of) });
    return { base, gateway, given };
  }
  const { runtime, agent } = shared(of, base.tag);
  return { base, gateway, runtime, agent, ...(of.extension && { extended: extend(of, of.extension, agent.tag) }) };
}

/** The image the agent container is made of. */
export function agentImage({ given, extended, agent }: ImagePlans): ImagePlan {
  return (given ?? extended ?? agent)!;
}

function shared(of: ImageChoice, base: string): { runtime: ImagePlan; agent: ImagePlan } {
  const { lock, contexts, folders, check } = of.sources;
  const tarball = (name: string) => {
    const { package: from, version, integrity } = lockedTarball(lock, name, of.platform);
    return `${from} ${version} ${integrity}`;
  };
  const runtime = plan("runtime", contexts.runtime.dockerfile, contexts.runtime.hash, {
    CONTEXT: "images/runtime",
    BUILD_ARGS: [`BASE_IMAGE=${base}`, `NODE=${tarball("node")}`, `NPM=${tarball("npm")}`].join("\n"),
  });
  // Sorted, so that images with the first ones in common share their layers.
  const [agents, tools] = [byName(of.agents), byName(of.tools)];
  const agent = plan(
    "agent",
    renderAgentDockerfile({ agents, tools, tarball, uid: of.uid, gid: of.gid }),
    // Of the context, only the folders that npm installs from go in.
    [check, ...agents.flatMap(({ npm }) => (npm ? [folders?.[npm.folder] ?? missingFolder(npm.folder)] : []))],
    { CONTEXT: "images/agents", BUILD_ARGS: `RUNTIME_IMAGE=${runtime.tag}`, ...mustHave(of) },
  );
  return { runtime, agent };
}

function extend(of: ImageChoice, extension: Extension, agent: string): ImagePlan {
  const { fragment } = extension;
  const made = plan(
    "extended",
    renderExtensionDockerfile(extension, of.uid, of.gid),
    [of.sources.check, fragment?.hash ?? ""],
    { BUILD_ARGS: `AGENT_IMAGE=${agent}`, SOURCES: (fragment?.sources ?? []).join("\n"), ...mustHave(of) },
  );
  // Where the fragment lies is no part of what it says.
  return { ...made, environment: { ...made.environment, CONTEXT: fragment?.folder ?? "nothing" } };
}

/** What images/check looks for in an image before it gets its tag. */
function mustHave({ agents, tools, uid, gid }: ImageChoice): Record<string, string> {
  return {
    OWNER: `${uid}:${gid}`,
    AGENTS: byName(agents)
      .map(({ name, run }) => `${name}=${run[0]}`)
      .join(" "),
    COMMANDS: [...new Set(tools.flatMap(({ commands }) => commands))].sort().join(" "),
  };
}

function byName<Named extends { name: string }>(list: readonly Named[]): Named[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function plan(name: string, dockerfile: string, context: unknown, environment: Record<string, string>): ImagePlan {
  const tag = `agent-sandbox/${name}:${specHash([dockerfile, context, environment]).slice(0, 12)}`;
  return { name, tag, dockerfile, environment: { ...environment, IMAGE_TAG: tag } };
}

function missingFolder(name: string): never {
  throw new Error(`images/agents/${name}, which npm is to install from, was not read`);
}
