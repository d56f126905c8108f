import type { Agent } from "./agent.ts";
import { renderAgentDockerfile } from "./agent-dockerfile.ts";
import { specHash } from "./hash.ts";
import { type Lock, lockedTarball, type Platform } from "./lock.ts";

export { type Lock, LockSchema, PLATFORMS, type Platform } from "./lock.ts";

/** What the images of this project are made of, as host/images.ts reads it. */
export interface ImageSources {
  lock: Lock;
  agents: readonly Agent[];
  platform: Platform;
  /** Of each build context: its Dockerfile, and the hash of all files in it. */
  contexts: Readonly<Record<"base" | "runtime" | "gateway", { dockerfile: string; hash: string }>>;
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

export type ImagePlans = Record<"base" | "runtime" | "gateway" | "agent", ImagePlan>;

/**
 * The images of a sandbox. base → runtime → agent, and base → gateway. Nothing in them is a client's: the agent image depends
 * on which agents it has and on the uid and gid of `dev`, so clients share it.
 * @throws when the lock has no package of an agent for this platform
 */
export function planImages(of: {
  agents: readonly Agent[];
  uid: number;
  gid: number;
  sources: ImageSources;
}): ImagePlans {
  const { lock, contexts, folders, platform } = of.sources;
  const rootfs = lock.base.rootfs?.[platform];
  const base = plan("base", contexts.base.dockerfile, contexts.base.hash, {
    CONTEXT: "images/base",
    SUITE: lock.base.suite,
    EPOCH: String(lock.base.epoch),
    REGISTRY_IMAGE: lock.base.registry ?? "",
    ...(rootfs && { ROOTFS: rootfs }),
  });
  const tarball = (name: string) => {
    const { package: from, version, integrity } = lockedTarball(lock, name, platform);
    return `${from} ${version} ${integrity}`;
  };
  const runtime = plan("runtime", contexts.runtime.dockerfile, contexts.runtime.hash, {
    CONTEXT: "images/runtime",
    BUILD_ARGS: [`BASE_IMAGE=${base.tag}`, `NODE=${tarball("node")}`, `NPM=${tarball("npm")}`].join("\n"),
  });
  const gateway = plan("gateway", contexts.gateway.dockerfile, contexts.gateway.hash, {
    CONTEXT: "images/gateway",
    BUILD_ARGS: `BASE_IMAGE=${base.tag}`,
  });
  // Sorted, so that images with the first agents in common share their layers.
  const agents = [...of.agents].sort((a, b) => (a.name < b.name ? -1 : 1));
  const agent = plan(
    "agent",
    renderAgentDockerfile({ agents, tarball, uid: of.uid, gid: of.gid }),
    // Of the context, only the folders that npm installs from go in.
    agents.flatMap(({ npm }) => (npm ? [folders?.[npm.folder] ?? missingFolder(npm.folder)] : [])),
    { CONTEXT: "images/agents", BUILD_ARGS: `RUNTIME_IMAGE=${runtime.tag}` },
  );
  return { base, runtime, gateway, agent };
}

function plan(name: string, dockerfile: string, context: unknown, environment: Record<string, string>): ImagePlan {
  const tag = `agent-sandbox/${name}:${specHash([dockerfile, context, environment]).slice(0, 12)}`;
  return { name, tag, dockerfile, environment: { ...environment, IMAGE_TAG: tag } };
}

function missingFolder(name: string): never {
  throw new Error(`images/agents/${name}, which npm is to install from, was not read`);
}
