import type { z } from "zod";
import { keys, mapping, matching } from "../../stack-file/combinators.ts";
import { shown } from "../../stack-file/quoted.ts";
import type { ImagePlan } from "./image.ts";
import { PLATFORMS, type Platform } from "./lock.ts";
import { imageTag } from "./tag.ts";

/** What was pushed, below the project's folder: in git, for whoever writes a line of it decides what runs under an image's tag. */
export const REGISTRY_LOCK = "images/registry.lock.yaml";

/** Where this project's images lie in a registry, less their own names: `registry.example/agent-sandbox`. */
export const Registry = matching(
  /^(localhost|[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+|[a-z0-9][a-z0-9-]*(?=:\d))(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
  "a registry and a place in it, like registry.example/agent-sandbox",
);

const Tag = matching(/^agent-sandbox\/[a-z]+:[0-9a-f]{40}$/, "the tag of an image (`agentbox images` shows them)");

const lines = mapping(
  Tag,
  matching(/^sha256:[0-9a-f]{64}$/, "a digest, sha256:… (`agentbox images push` writes it)"),
  "tags of images to the digests that a registry has them by",
  "{agent-sandbox/base:0123…: sha256:…}",
).optional();

/** images/registry.lock.yaml: of each platform what was pushed, and the digest of its manifest. */
export const RegistryLockSchema = keys({ "linux-x64": lines, "linux-arm64": lines });

export type RegistryLock = z.output<typeof RegistryLockSchema>;

/** Where an image is taken from before it is made: by the digest that the lock names, or nowhere. It is a part of what images are planned of (`ImageChoice`). */
export interface RegistryChoice {
  /** The registry that images are pulled from, where it has them. */
  from?: string | undefined;
  platform: Platform;
  sources: { registry?: RegistryLock | undefined };
}

/**
 * The plan of an image as a client takes it: pulled by the digest that the lock has for its content, else made on what its parent is here. The digest is in
 * the tag of what is pulled and of all that is made on it, so a client that asks for no registry, or by another line, has other images.
 * @param make the plan, by the tag of the image that it is made on
 */
export function asTaken(
  { from, platform, sources }: RegistryChoice,
  make: (parent: string) => ImagePlan,
  parent?: ImagePlan,
): ImagePlan {
  const plan = make(parent?.tag ?? "");
  // An image of the client's own, by digest, is pulled from where the client says.
  if (from === undefined || plan.program === "pull-image") return plan;
  const content = parent ? make(contentTag(parent)).tag : plan.tag;
  const digest = sources.registry?.[platform]?.[content];
  if (digest === undefined) return content === plan.tag ? plan : { ...plan, content };
  return { ...plan, content, tag: imageTag(plan.name, [content, digest]), pull: `${nameIn(from, content)}@${digest}` };
}

/** The tag by which the lock knows an image, wherever it was made. */
export function contentTag({ tag, content = tag }: Pick<ImagePlan, "tag" | "content">): string {
  return content;
}

/** What an image is called in a registry, with its tag: `registry.example/agent-sandbox/base:0123…`. */
export function taggedIn(registry: string, tag: string): string {
  return `${nameIn(registry, tag)}:${tag.replace(/^.*:/, "")}`;
}

function nameIn(registry: string, tag: string): string {
  return `${registry}/${tag.replace(/^agent-sandbox\/|:[^:]*$/g, "")}`;
}

/** Why no images can be pushed there; nothing where they can. */
export function refuseRegistry(registry: string): string | undefined {
  if (Registry.safeParse(registry).success) return undefined;
  return `${shown(registry)} is not a registry and a place in it; write it like registry.example/agent-sandbox`;
}

/** Whether an image has a tag of a plan, as all have but what is being made. */
export function isPlanned(tag: string): boolean {
  return Tag.safeParse(tag).success;
}

/** Images of one client's own: its layers, the image that it names, its helpers'. */
const OWN = ["extended", "given", "helper"];

/** Whether an image may be of use to more than the client that it was made for. */
export function isShared(tag: string): boolean {
  return !OWN.some((role) => tag.startsWith(`agent-sandbox/${role}:`));
}

/**
 * The lock after a push.
 * @param wanted of a push of all: what stacks want on the platform, by content. Their lines stay, also of what was on no engine, and all others go. A push of named images takes none away
 */
export function afterPush(
  lock: RegistryLock,
  platform: Platform,
  pushed: Readonly<Record<string, string>>,
  wanted?: readonly string[],
): RegistryLock {
  const stay = Object.entries(lock[platform] ?? {}).filter(([tag]) => wanted?.includes(tag) ?? true);
  return { ...lock, [platform]: { ...Object.fromEntries(stay), ...pushed } };
}

/** The lock as it is written: sorted, so that a push of the same changes nothing. */
export function renderRegistryLock(lock: RegistryLock): string {
  const of = (platform: Platform) => Object.entries(lock[platform] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    "# What `agentbox images push` pushed: of each image the digest of its manifest. A client with `images: {from: …}` pulls by these digests, and takes nothing else.",
    "# Whoever writes a line here decides what these clients run (docs/images.md).",
    ...PLATFORMS.flatMap((platform) => {
      const all = of(platform).map(([tag, digest]) => `  ${tag}: ${digest}`);
      return all.length > 0 ? [`${platform}:`, ...all] : [];
    }),
    "",
  ].join("\n");
}
