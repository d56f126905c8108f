import type { Facts } from "../../plan/facts.ts";
import { specHash } from "../../plan/hash.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { BY_OWNER, graded, neutral, open, rights, TOGETHER, type Topic } from "../../plan/review/topic.ts";
import type { Declared } from "../capability.ts";
import type { Agent } from "./agent.ts";
import { type ImageCatalogue, OF_RUNTIME } from "./image.ts";
import { type Lock, PLATFORMS, type Tarball } from "./lock.ts";
import type { RegistryLock } from "./registry.ts";
import type { Tool } from "./tool.ts";

/**
 * What the agents' image is made of. Code that was not there is wider, for it runs beside the client's keys; another version of what the lock has is not, for
 * a lock is raised by its own rules.
 */
export const imageTopics: Readonly<Record<string, Topic>> = {
  // Which version it is, is the lock's to say.
  agents: graded(() => true, TOGETHER),
  tools: rights({ ...TOGETHER, marked: { word: "what it puts into the image changed", as: "unordered" } }),
  packages: rights(TOGETHER),
  versions: neutral(TOGETHER),
  // A new version of it is no other thing; another maker is.
  base: open("every image is made of it", {
    marked: { word: "node or npm in it is another package", as: "unordered" },
  }),
  // Nobody reads what an image of somebody else's holds, a fragment does, or an agent makes of its settings.
  image: open("it is not of this project's lock"),
  extend: open("what an instruction does is not judged", {
    marked: { word: "what it copies changed", as: "unordered" },
  }),
  // Where it comes from, and what: that an image is what its tag says is the word of whoever wrote its line.
  registry: open("who wrote the lines of images/registry.lock.yaml says what it gives"),
  pushed: open("nobody reads what a pushed image holds", {
    ...TOGETHER,
    together: (lines) => [`${lines.length} ${lines.length === 1 ? "image" : "images"}`],
  }),
  settings: open("what an agent makes of it is not judged", {
    ...BY_OWNER,
    together: (lines) => {
      const told = lines.filter(({ about }) => !about.endsWith(FILE)).length;
      return [told === 0 ? "its file" : `${told} ${told === 1 ? "setting" : "settings"}`];
    },
    marked: { word: "what it says besides changed", as: "unordered" },
  }),
};

/** @param host where the client's own fragment was read */
export function imageFacts(
  { spec, agents, tools, catalogue }: Pick<Declared, "spec" | "agents" | "tools" | "catalogue">,
  host?: Pick<Facts, "extension">,
): PostureFact[] {
  const { ref, packages, extend } = spec.image;
  const named = (topic: string, key: string, names: readonly string[]) =>
    names.map((about) => ({ topic, about, says: "", key }));
  const { lock, npmFolders } = catalogue;
  // Another content of one version is another program, and so is what npm installs besides.
  const version = (name: string | undefined, folder?: string) => {
    if (!name || ref) return { says: "" };
    const locked = lock.packages[name] ?? {};
    return { says: versionsOf(lock, name), mark: specHash(folder ? [locked, npmFolders[folder]?.hash] : locked) };
  };
  const { base } = lock;
  return [
    ...agents.map((agent) => ({
      ...{ topic: "agents", about: agent.name, key: "agents" },
      ...version((agent.package ?? agent.npm)?.lock, agent.npm?.folder),
    })),
    ...tools.map((tool) => ({
      ...{ topic: "tools", about: tool.name, says: "", key: "tools" },
      mark: markOf(tool, tool.tarballs, catalogue),
    })),
    ...named("packages", "image.packages", [...new Set(packages)]),
    ...(ref ? [{ topic: "image", about: "", says: ref, key: "image.ref" }] : []),
    ...[
      ...new Set([...(ref ? [] : OF_RUNTIME), ...tools.flatMap(({ tarballs }) => tarballs.map(({ lock }) => lock))]),
    ].map((name) => ({
      ...{ topic: "versions", about: name },
      ...version(name),
    })),
    {
      topic: "versions",
      about: "base",
      says: `${base.suite} of ${new Date(base.epoch * 1000).toISOString().slice(0, 10)}`,
      mark: specHash(base),
    },
    {
      ...{ topic: "base", about: "" },
      says: `${base.suite} ${base.registry === null ? "of the distribution" : `from ${base.registry.split("@")[0]}`}`,
      mark: specHash(OF_RUNTIME.map((name) => packagesOf(lock, name))),
    },
    ...(spec.images.from ? registryFacts(spec.images.from, catalogue.registry ?? {}) : []),
    ...(extend ? fragmentFacts(extend, host?.extension?.fragment) : []),
    ...(ref ? [] : agents.flatMap(settingFacts)),
    ...agents.map((agent) => ({
      ...{ topic: "settings", about: `${agent.name}${FILE}`, says: "" },
      mark: markOf(agent, [agent.package ?? agent.npm], catalogue),
    })),
  ];
}

/** Where images are pulled from, and each line of what was pushed. */
function registryFacts(from: string, lock: RegistryLock): PostureFact[] {
  return [
    { topic: "registry", about: "", says: from, key: "images.from" },
    ...PLATFORMS.flatMap((platform) =>
      Object.entries(lock[platform] ?? {}).map(([tag, says]) => ({
        ...{ topic: "pushed", about: `${tag} ${platform}`, says, key: "images.from" },
      })),
    ),
  ];
}

/** All platforms have one as a rule. */
function versionsOf(lock: Lock, name: string): string {
  return sortedOf(lock, name, ({ version }) => version).join(", ");
}

/** What an entry is called in the package registry: for each platform another name, as a rule. */
function packagesOf(lock: Lock, name: string): string[] {
  return sortedOf(lock, name, (tarball) => tarball.package);
}

function sortedOf({ packages }: Lock, name: string, part: (tarball: Tarball) => string): string[] {
  const { keep: _keep, ...tarballs } = packages[name] ?? {};
  return [...new Set(Object.values(tarballs).map(part))].sort();
}

/** What a client's own fragment adds, a line for each instruction. Without what it says it is only that there is one. */
export function fragmentFacts(
  file: string,
  fragment?: { instructions: readonly string[]; hash: string },
): PostureFact[] {
  const of = { topic: "extend", key: "image.extend" };
  if (!fragment) return [{ ...of, about: file, says: "" }];
  const lines = fragment.instructions.map((says, index) => ({ ...of, about: `${file} ${numbered(index)}`, says }));
  return [{ ...of, about: file, says: "", mark: fragment.hash }, ...lines];
}

/** Behind the name of an agent: its file as a whole. */
const FILE = " file";

/**
 * All that the file of an agent or a tool says, in a mark: what the lines of settings do not tell apart (JSON of another shape with the same paths, words that are split elsewhere, indentation), and what has no line of its
 * own, how it goes on or prints, where its keys and programs lie, what a tool puts into the image, and by which name its programs come from where: a version is the lock's to raise, and no other program.
 */
function markOf(
  { description: _description, ...file }: Agent | Tool,
  sources: readonly ({ lock: string; folder?: string } | undefined)[],
  { lock, npmFolders }: Pick<ImageCatalogue, "lock" | "npmFolders">,
): string {
  const names = sources.flatMap((source) => packagesOf(lock, source?.lock ?? ""));
  const makers = sources.flatMap((source) => npmFolders[source?.folder ?? ""]?.makers ?? []);
  return specHash({ file, names, ...(makers.length > 0 && { makers }) });
}

/** What of an agent's file decides how it behaves, a line a setting. */
function settingFacts(agent: Agent): PostureFact[] {
  const texts = Object.entries({
    ...agent.settings,
    ...agent.seeds,
    ...(agent.before && { "before it": agent.before }),
  });
  const commands = { run: agent.run, unattended: agent.flags.unattended };
  return [
    ...Object.entries(commands).flatMap(([name, words]) =>
      words.length > 0 ? [[name, words.join(" ")] as const] : [],
    ),
    ...Object.entries(agent.environment),
    ...texts.flatMap(([place, text]) => linesOf(text).map(([at, says]) => [`${place} ${at}`, says] as const)),
  ].map(([name, says]) => ({ topic: "settings", about: `${agent.name} ${name}`, says }));
}

/** JSON by its paths, any other text by its lines. */
function linesOf(text: string): [at: string, says: string][] {
  try {
    return leaves(JSON.parse(text), "");
  } catch {
    return text.split("\n").flatMap((line, index) => (line.trim() ? [[numbered(index), line.trim()]] : []));
  }
}

function leaves(value: unknown, at: string): [at: string, says: string][] {
  // What is empty is something: no hook is another setting than none said.
  if (value === null || typeof value !== "object" || Object.keys(value).length === 0)
    return [[at || ".", JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, at ? `${at}.${name}` : name));
}

/** So that the order of text is the order of lines. */
function numbered(index: number): string {
  return String(index + 1).padStart(3, "0");
}
