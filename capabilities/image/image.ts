import { present } from "../../stack-file/present.ts";
import { describeWarning, type Problem } from "../../stack-file/problem.ts";
import type { Agent } from "./agent.ts";
import { renderAgentDockerfile } from "./agent-dockerfile.ts";
import { type Extension, renderExtensionDockerfile } from "./extension.ts";
import { type Lock, lockedTarball, type Platform, type Tarball } from "./lock.ts";
import { asTaken, type RegistryChoice, type RegistryLock } from "./registry.ts";
import { imageTag } from "./tag.ts";
import type { Tool } from "./tool.ts";

/** What a stack file may name of images, as capabilities/image/look/sources.ts reads it. */
export interface ImageCatalogue {
  lock: Lock;
  /** What was pushed to a registry, where anything was. */
  registry?: RegistryLock;
  /** The agents and tool sets that were asked for, and the names of all there are. */
  agents: readonly Agent[];
  agentNames: readonly string[];
  tools: readonly Tool[];
  toolNames: readonly string[];
  /** What npm installs of these agents, by folder of images/agents. */
  npmFolders: Readonly<Record<string, NpmFolder>>;
}

/** A folder that npm installs an agent from. */
export interface NpmFolder {
  /** Of all files in it. */
  hash: string;
  /** Whose packages they are and where npm takes them from, in lines that another version of the same leaves as they are. */
  makers: readonly string[];
}

/** What the images of this project are made of. */
export interface ImageSources extends ImageCatalogue {
  /** Of each build context: its Dockerfile, and the hash of all files in it. */
  contexts: Readonly<Record<"base" | "runtime" | "gateway", { dockerfile: string; hash: string }>>;
  /** Hash of the script that judges an agent image before it gets its tag. */
  check: string;
}

/** One image, and the program of components/steps that makes it. */
export type ImagePlan = {
  name: string;
  /** `agent-sandbox/<name>:<hash of all that goes in>`, of a pulled image and of what is made on one with its digest. */
  tag: string;
  /** Its tag where nothing is pulled, left out where it has that. */
  content?: string;
  /** Where it is taken from instead, by digest, where that registry has it. */
  pull?: string;
} & ImageRecipe;

export type ImageRecipe =
  | { program: "bootstrap-base"; words: BootstrapWords }
  | { program: "build-image"; words: BuildWords }
  | { program: "pull-image"; words: PullWords };

/** The base: the registry's where the lock names one and it can be had, else of the distribution's own packages. */
export interface BootstrapWords {
  suite: string;
  /** Seconds since 1970: the time of all that is made. */
  epoch: number;
  registry?: string;
  /** Digest of the root file system that the lock knows. */
  rootfs?: string;
}

export interface BuildWords {
  dockerfile: string;
  /** A folder of images/, or of the host, of which only what COPY names is taken. */
  context: { folder: string; sources?: readonly string[] };
  arguments: Readonly<Record<string, string>>;
  needs?: Needs;
}

export interface PullWords {
  /** By digest. */
  ref: string;
  /** What an agent's image is looked through for. */
  needs?: Needs;
  /** Of a helper's image: where its container has a volume or memory. Whatever else it declares as a volume would be one that nobody planned. */
  places?: readonly string[];
}

/** What an agent's image is looked through for before it gets its tag (images/check). */
export interface Needs {
  /** `uid:gid` of `dev`. */
  owner: string;
  /** The command that starts each agent. */
  agents: Readonly<Record<string, string>>;
  /** What tool sets give. */
  commands: readonly string[];
}

/** The images of a sandbox. With `ref` the client's own stands for the agent's, and neither that nor the runtime is made. */
export type ImagePlans = { base: ImagePlan; gateway: ImagePlan } & (OwnImages | GivenImage);

interface OwnImages {
  runtime: ImagePlan;
  /** The agents with their tools: shared by all clients with the same ones. */
  agent: ImagePlan;
  /** The client's own layers on top of it. */
  extended?: ImagePlan;
  given?: undefined;
}

interface GivenImage {
  runtime?: undefined;
  agent?: undefined;
  extended?: undefined;
  /** An image of the client's own, by digest. */
  given: ImagePlan;
}

export interface ImageChoice extends RegistryChoice {
  agents: readonly Agent[];
  tools: readonly Tool[];
  extension?: Extension;
  ref?: string;
  uid: number;
  gid: number;
  sources: ImageSources;
}

/**
 * The images of a sandbox. base → runtime → agent → extended, and base → gateway. The agent image depends on which agents and
 * tools it has and on the uid and gid of `dev`, so clients share it. Every tag is by content, and by the digest of what is pulled:
 * two clients that say the same share the image, and nothing in it tells whose it is.
 * @throws when the lock has not all packages for this platform, which `lockProblems` tells
 */
export function planImages(of: ImageChoice): ImagePlans {
  const { lock, contexts } = of.sources;
  const taken = (make: (parent: string) => ImagePlan, parent?: ImagePlan) => asTaken(of, make, parent);
  const rootfs = lock.base.rootfs?.[of.platform];
  const base = taken(() =>
    planImage("base", contexts.base.hash, {
      program: "bootstrap-base",
      words: {
        ...{ suite: lock.base.suite, epoch: lock.base.epoch },
        ...(lock.base.registry && { registry: lock.base.registry }),
        ...(rootfs && { rootfs }),
      },
    }),
  );
  const gateway = taken(
    (parent) =>
      planImage("gateway", contexts.gateway.hash, {
        program: "build-image",
        words: {
          dockerfile: contexts.gateway.dockerfile,
          context: { folder: "images/gateway" },
          arguments: { BASE_IMAGE: parent },
        },
      }),
    base,
  );
  if (of.ref) {
    const given = planImage("given", of.sources.check, {
      program: "pull-image",
      words: { ref: of.ref, needs: needsOf(of) },
    });
    return { base, gateway, given };
  }
  const runtime = taken((parent) => planRuntime(of, parent), base);
  const agent = taken((parent) => planAgentImage(of, parent), runtime);
  const { extension } = of;
  const extended = extension && taken((parent) => extend(of, extension, parent), agent);
  return { base, gateway, runtime, agent, ...(extended && { extended }) };
}

/** What the lock lacks of the packages that these images are made of on this platform. */
export function lockProblems({ agents, tools, ref, platform, sources }: Omit<ImageChoice, "uid" | "gid">): Problem[] {
  if (ref) return [];
  const names = [
    ...OF_RUNTIME,
    ...agents.flatMap((agent) => agent.package?.lock ?? []),
    ...tools.flatMap(({ tarballs }) => tarballs.map(({ lock }) => lock)),
  ];
  return [...new Set(names)].flatMap((name) => {
    const found = lockedTarball(sources.lock, name, platform);
    return "message" in found ? [found] : [];
  });
}

const [NODE, NPM] = ["node", "npm"];

/** Entries of the lock that every runtime image has, and so each image of agents. */
export const OF_RUNTIME = [NODE, NPM];

/** The image the agent container is made of. */
export function agentImage(plans: ImagePlans): ImagePlan {
  return plans.given ?? plans.extended ?? plans.agent;
}

function planRuntime({ sources: { lock, contexts }, platform }: ImageChoice, base: string): ImagePlan {
  return planImage("runtime", contexts.runtime.hash, {
    program: "build-image",
    words: {
      dockerfile: contexts.runtime.dockerfile,
      context: { folder: "images/runtime" },
      arguments: { BASE_IMAGE: base, NODE: tarballOf(lock, platform, NODE), NPM: tarballOf(lock, platform, NPM) },
    },
  });
}

function planAgentImage(of: ImageChoice, runtime: string): ImagePlan {
  const { lock, npmFolders, check } = of.sources;
  const tarball = (name: string) => tarballOf(lock, of.platform, name);
  // Sorted, so that images with the first ones in common share their layers.
  const [agents, tools] = [byName(of.agents), byName(of.tools)];
  return planImage(
    "agent",
    // Of the context, only the folders that npm installs from go in.
    [check, ...agents.flatMap(({ npm }) => (npm ? [npmFolders[npm.folder]?.hash ?? missingFolder(npm.folder)] : []))],
    {
      program: "build-image",
      words: {
        dockerfile: renderAgentDockerfile({ agents, tools, tarball, uid: of.uid, gid: of.gid }),
        context: { folder: "images/agents" },
        arguments: { RUNTIME_IMAGE: runtime },
        needs: needsOf(of),
      },
    },
  );
}

function tarballOf(lock: Lock, platform: Platform, name: string): string {
  const { package: from, version, integrity } = sure(lockedTarball(lock, name, platform));
  return `${from} ${version} ${integrity}`;
}

function sure(found: Tarball | Problem): Tarball {
  if ("message" in found) throw new Error(describeWarning(found));
  return found;
}

function extend(of: ImageChoice, extension: Extension, agent: string): ImagePlan {
  const { fragment } = extension;
  const words = {
    dockerfile: renderExtensionDockerfile(extension, of.uid, of.gid),
    context: { folder: "", sources: fragment?.sources ?? [] },
    arguments: { AGENT_IMAGE: agent },
    needs: needsOf(of),
  };
  // Where the fragment lies is no part of what it says.
  const { name, tag } = planImage("extended", [of.sources.check, fragment?.hash ?? ""], {
    program: "build-image",
    words,
  });
  const context = { ...words.context, folder: fragment?.folder ?? "" };
  return { name, tag, program: "build-image", words: { ...words, context } };
}

function needsOf({ agents, tools, uid, gid }: ImageChoice): Needs {
  return {
    owner: `${uid}:${gid}`,
    agents: Object.fromEntries(byName(agents).map(({ name, run }) => [name, present(run[0], `what starts ${name}`)])),
    commands: [...new Set(tools.flatMap(({ commands }) => commands))].sort(),
  };
}

function byName<Named extends { name: string }>(list: readonly Named[]): Named[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An image by all that goes in. @param context the hash of what lies in the build context, and of whatever else decides */
export function planImage(name: string, context: unknown, recipe: ImageRecipe): ImagePlan {
  return { name, tag: imageTag(name, [context, recipe]), ...recipe };
}

function missingFolder(name: string): never {
  throw new Error(`images/agents/${name}, which npm is to install from, was not read`);
}
