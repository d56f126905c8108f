import type { z } from "zod";
import { keys, mapping, matching } from "../../stack-file/combinators.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { ImagePlan } from "./image.ts";
import { PLATFORMS, type Platform } from "./lock.ts";

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

/** Where an image is taken from before it is made: by the digest that the lock names, or nowhere. */
export interface RegistryChoice {
  from?: string | undefined;
  lock?: RegistryLock | undefined;
  platform: Platform;
}

/** The plan of an image, with where it is pulled from. It is no part of the tag: an image is what it is made of, wherever it was made. */
export function pulled<Plan extends ImagePlan>(plan: Plan, { from, lock, platform }: RegistryChoice): Plan {
  const digest = lock?.[platform]?.[plan.tag];
  // An image of the client's own, by digest, is pulled from where the client says.
  return from === undefined || digest === undefined || plan.program === "pull-image"
    ? plan
    : { ...plan, pull: `${nameIn(from, plan.tag)}@${digest}` };
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
  return `${quoted(registry)} is not a registry and a place in it; write it like registry.example/agent-sandbox`;
}

/** Whether an image has a tag by its content, as all have but what is being made. */
export function isByContent(tag: string): boolean {
  return Tag.safeParse(tag).success;
}

/** Images of one client's own: its layers, the image that it names, its helpers'. */
const OWN = ["extended", "given", "helper"];

/** Whether an image may be of use to more than the client that it was made for. */
export function isShared(tag: string): boolean {
  return !OWN.some((role) => tag.startsWith(`agent-sandbox/${role}:`));
}

/** The lock after a push of all that is wanted on a platform (`whole`), or of some images that were named, which leaves the lines of others. */
export function afterPush(
  lock: RegistryLock,
  platform: Platform,
  pushed: Readonly<Record<string, string>>,
  whole: boolean,
): RegistryLock {
  return { ...lock, [platform]: whole ? pushed : { ...lock[platform], ...pushed } };
}

/** The lock as it is written: sorted, so that a push of the same changes nothing. */
export function renderRegistryLock(lock: RegistryLock): string {
  const of = (platform: Platform) => Object.entries(lock[platform] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    "# What `agentbox images push` pushed: of each image the digest of its manifest. A client with `images: {from: …}` pulls by these digests, and takes nothing else.",
    "# Whoever writes a line here decides what runs under its tag (docs/images.md).",
    ...PLATFORMS.flatMap((platform) => {
      const all = of(platform).map(([tag, digest]) => `  ${tag}: ${digest}`);
      return all.length > 0 ? [`${platform}:`, ...all] : [];
    }),
    "",
  ].join("\n");
}
