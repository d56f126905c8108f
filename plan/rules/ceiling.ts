import type { Declared } from "../../capabilities/capability.ts";
import { isAtOrBelow } from "../../stack-file/key-path.ts";
import { isMapping } from "../../stack-file/mapping.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { parseSpec, type Spec } from "../../stack-file/spec.ts";
import { declaredPosture, topics } from "../posture.ts";
import type { PostureFact } from "../review/fact.ts";
import { counterexample, lacking } from "./counterexample.ts";
import { aboveLimit, LIMITS } from "./limit-ceiling.ts";

/** What no client of the organisation may exceed: a document of a stack file's keys, of which only those that it writes say anything. */
export interface Ceiling {
  /** Paths of the keys that it writes. */
  written: readonly string[];
  declared: Declared;
}

/** How a client stands to the ceiling. What was not looked at is neither within nor above. */
export interface CeilingVerdict {
  /** One for each fact that is above it, with one concrete thing that the client could do and the ceiling does not have. */
  exceeds: Problem[];
  /** Kinds of facts that were looked at, and that were not. */
  lookedAt: string[];
  notLookedAt: string[];
}

/** Kinds of facts by the keys that say them. Keys that are not here say nothing about what a sandbox may. */
export const TOPICS_OF: Readonly<Record<string, readonly string[]>> = {
  workspace: ["workspace"],
  engine: ["engine-at"],
  agents: ["agents"],
  tools: ["tools"],
  "image.packages": ["packages"],
  "image.extend": ["extend"],
  "image.ref": ["image"],
  "images.from": ["registry", "pushed"],
  profile: ["profile"],
  "egress.allow": ["egress"],
  "egress.from": ["egress"],
  // A machine that is reached by its address is one kind of fact, be it the host or one of the LAN.
  "egress.lan": ["endpoints"],
  "egress.host": ["endpoints"],
  resolvers: ["resolvers"],
  upstreamProxy: ["way-out", "way-out-login"],
  gpu: ["gpu"],
  runtime: ["runtime"],
  ports: ["ports"],
  ssh: ["ssh"],
  credentials: ["logins", "keys"],
  secrets: ["secrets"],
  ca: ["ca"],
  auth: ["auth"],
  clipboard: ["clipboard"],
  "git.token": ["git-tokens"],
  "git.tokens": ["git-tokens"],
  "git.ssh": ["git-keys"],
  "git.knownHosts": ["ssh-hosts"],
  mounts: ["mounts"],
  dotfiles: ["dotfiles"],
  guards: ["guards"],
  masks: ["masks", "unmasked"],
  helpers: ["helpers", "helper-images", "helper-settings"],
  // How high a limit is, is no fact of the posture: each is compared by itself.
  ...Object.fromEntries(LIMITS.map(({ key }) => [`limits.${key}`, [`limits.${key}`]])),
  accept: ["accept"],
  guardrails: ["guardrails"],
  esc: ["esc"],
  expires: ["expires"],
};

const OF_EGRESS = ["egress", "endpoints", "git-tokens", "ssh-hosts"];

/** Keys that hold others of which each is written or not. */
const NESTED = ["egress", "git", "image", "images", "limits"];

/** Compares what a client declares with the ceiling, each kind of fact by its own order. Pure; what only an engine makes of it is not looked at. */
export function judgeByCeiling(client: Declared, ceiling: Ceiling): CeilingVerdict {
  const bound = [...new Set(ceiling.written.flatMap((path) => TOPICS_OF[path] ?? []))]
    // Of a client whose egress has a mistake nobody knows what it would open.
    .filter((name) => client.policy || !OF_EGRESS.includes(name))
    .sort();
  const [facts, most] = [client, ceiling.declared].map((of) => declaredPosture(of).facts);
  const exceeds = bound.flatMap((name) => {
    const limit = LIMITS.find(({ key }) => name === `limits.${key}`);
    if (limit) return aboveLimit(limit, client, ceiling);
    const of = (all: readonly PostureFact[] = []) => all.filter(({ topic }) => topic === name);
    return above(client.client, name, of(facts), of(most));
  });
  return { exceeds, lookedAt: bound, notLookedAt: KINDS.filter((name) => !bound.includes(name)) };
}

/** All kinds of facts that give a sandbox something: those of stack files, then those that only an engine, and this program for it, make. */
const KINDS = [
  ...new Set([
    ...Object.values(TOPICS_OF).flat().sort(),
    ...Object.keys(topics).filter((name) => topics[name]?.kind !== "neutral" && name !== "limits"),
  ]),
];

function above(client: string, name: string, facts: PostureFact[], most: PostureFact[]): Problem[] {
  const topic = topics[name];
  if (!topic) throw new Error(`no topic is called ${name}`);
  if (topic.kind === "takes")
    return most
      .filter((fact) => !topic.within(fact, facts))
      .map((fact) => ({ path: fact.key ?? "", message: lacking(client, fact) }));
  return facts
    .filter((fact) => !topic.within(fact, most))
    .map((fact) => ({ path: fact.key ?? "", message: counterexample(client, fact, topic, most) }));
}

/**
 * A ceiling as it is written, for one client: its keys are a stack file's, judged by the same schema, and `{client}` in a text is the client's name.
 * @returns what it bounds, with the paths of the keys that it writes; nothing where a line of it is wrong
 */
export function parseCeiling(
  content: unknown,
  client: string,
): { bounds?: Spec; written: string[]; problems: Problem[] } {
  const said = forClient(content, client);
  if (!isMapping(said)) {
    const message =
      "the ceiling is no mapping of a stack file's keys; write what it bounds, like profile: standard, or remove the file";
    return { written: [], problems: [{ path: "", message }] };
  }
  const { spec, problems } = parseSpec({ workspace: "the ceiling says none", ...said });
  const { written, problems: unbound } = writtenKeys(said);
  // Of a key that is misspelt the right one is told.
  problems.push(...unbound.filter(({ path }) => !problems.some((told) => isAtOrBelow(told.path, path))));
  if (!spec || problems.length > 0) return { written, problems };
  // An agent opens what it needs: where the ceiling names none, none opens anything.
  return { bounds: { ...spec, agents: written.includes("agents") ? spec.agents : [] }, written, problems };
}

/** The keys that a ceiling writes, and what is wrong with how it does. */
function writtenKeys(content: Readonly<Record<string, unknown>>): { written: string[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const written = Object.entries(content).flatMap(([key, said]) => {
    if (!NESTED.includes(key) || !isMapping(said)) return [key];
    const below = Object.keys(said).map((inner) => `${key}.${inner}`);
    const known = Object.keys(TOPICS_OF).filter((path) => path.startsWith(`${key}.`));
    if (below.length === 0)
      problems.push({ path: key, message: `is empty, and bounds nothing; write what it bounds: ${known.join(", ")}` });
    return below;
  });
  return {
    written,
    problems: [
      ...problems,
      ...written
        .filter((path) => !(path in TOPICS_OF))
        .map((path) => ({
          path,
          message:
            "is nothing that a ceiling bounds by itself: it decides nothing about what a sandbox may, has no more and less (environment), or is bounded by another key (grants: egress); remove the line",
        })),
    ],
  };
}

/** What stands for the client's name in a ceiling. */
const CLIENT = "{client}";

/** A ceiling's content for one client: in every text the client's name stands where the ceiling has `{client}`. */
function forClient(content: unknown, client: string): unknown {
  if (typeof content === "string") return content.replaceAll(CLIENT, client);
  if (Array.isArray(content)) return content.map((one) => forClient(one, client));
  if (!isMapping(content)) return content;
  return Object.fromEntries(Object.entries(content).map(([key, said]) => [key, forClient(said, client)]));
}

/** The verdict in one line, where nothing is above: `within the ceiling: egress, ports; not looked at: mounts, …`. */
export function describeWithin({ lookedAt, notLookedAt }: CeilingVerdict): string {
  return `within the ceiling: ${lookedAt.join(", ") || "nothing"}; not looked at: ${notLookedAt.join(", ")}`;
}
