import type { Facts } from "../../plan/facts.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { BY_OWNER, graded, neutral, open, rights, TOGETHER, type Topic } from "../../plan/review/topic.ts";
import type { Declared } from "../capability.ts";
import type { Agent } from "./agent.ts";
import { type Lock, PLATFORMS } from "./lock.ts";
import type { RegistryLock } from "./registry.ts";

/**
 * What the agents' image is made of. Code that was not there is wider, for it runs beside the client's keys; another version of what the lock has is not, for
 * a lock is raised by its own rules.
 */
export const imageTopics: Readonly<Record<string, Topic>> = {
  // Which version it is, is the lock's to say.
  agents: graded(() => true, TOGETHER),
  tools: rights(TOGETHER),
  packages: rights(TOGETHER),
  versions: neutral(TOGETHER),
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
    together: (lines) => [`${lines.length} ${lines.length === 1 ? "setting" : "settings"}`],
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
  const version = (name: string | undefined) => (name && !ref ? versionsOf(catalogue.lock, name) : "");
  const { base } = catalogue.lock;
  return [
    ...agents.map((agent) => ({
      ...{ topic: "agents", about: agent.name, says: version((agent.package ?? agent.npm)?.lock), key: "agents" },
    })),
    ...named(
      "tools",
      "tools",
      tools.map(({ name }) => name),
    ),
    ...named("packages", "image.packages", [...new Set(packages)]),
    ...(ref ? [{ topic: "image", about: "", says: ref, key: "image.ref" }] : []),
    ...[...new Set(tools.flatMap(({ tarballs }) => tarballs.map(({ lock }) => lock)))].map((name) => ({
      ...{ topic: "versions", about: name, says: version(name) },
    })),
    {
      topic: "versions",
      about: "base",
      says: `${base.suite} of ${new Date(base.epoch * 1000).toISOString().slice(0, 10)}`,
    },
    ...(spec.images.from ? registryFacts(spec.images.from, catalogue.registry ?? {}) : []),
    ...(extend ? fragmentFacts(extend, host?.extension?.fragment) : []),
    ...(ref ? [] : agents.flatMap(settingFacts)),
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
function versionsOf({ packages }: Lock, name: string): string {
  const { keep: _keep, ...tarballs } = packages[name] ?? {};
  return [...new Set(Object.values(tarballs).map(({ version }) => version))].sort().join(", ");
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
