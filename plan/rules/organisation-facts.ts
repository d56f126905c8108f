import { LEVELS } from "../../capabilities/guardrails/keys.ts";
import { declaredPosture, declaredTopics } from "../posture.ts";
import type { PostureFact } from "../review/fact.ts";
import { graded, type Topic, walls } from "../review/topic.ts";
import { TOPICS_OF } from "./ceiling.ts";
import { LIMITS } from "./limit-ceiling.ts";
import type { Organisation } from "./organisation.ts";

/** Before the kinds of facts that the ceiling has: what it lets every client be. */
const IN_CEILING = "ceiling ";

/** How facts of an organisation compare: a guardrail is a wall around all clients, and what a ceiling has they may become. */
export const organisationTopics: Readonly<Record<string, Topic>> = {
  // By its name, too: a client that has another level for a guardrail has it for the name.
  guardrails: walls((says, than) => ruleOf(says) === ruleOf(than) && rank(says) <= rank(than)),
  approvals: walls(),
  "ceiling bounds": walls(),
  ...Object.fromEntries(Object.entries(declaredTopics).map(([name, topic]) => [IN_CEILING + name, topic])),
  [`${IN_CEILING}limits`]: graded((says, than) => amount(says) <= amount(than)),
};

/**
 * What an organisation's files say, as facts that compare with those of before. A rule that is off holds nobody back, and is none.
 * @param kinds of the ceiling's facts, of which what it allows is told: of a kind that only one of two ceilings bounds, nothing can be compared
 */
export function organisationFacts(
  { rules, ceiling, require }: Organisation,
  kinds: readonly string[] = boundBy(ceiling),
): PostureFact[] {
  return [
    ...rules
      .filter(({ level }) => level !== "off")
      .map(({ name, level, rule }) => ({
        ...{ topic: "guardrails", about: name, says: `${level} ${JSON.stringify(rule)}`, key: "level" },
      })),
    ...(require === "none" ? [] : [{ topic: "approvals", about: "of what is", says: require, key: "require" }]),
    ...boundBy(ceiling).map((kind) => ({ topic: "ceiling bounds", about: kind, says: "", key: keyOf(kind, ceiling) })),
    ...(ceiling ? declaredPosture(ceiling.declared).facts : [])
      .filter(({ topic }) => kinds.includes(topic))
      .map((fact) => ({ ...fact, topic: IN_CEILING + fact.topic })),
    ...LIMITS.filter(({ key }) => ceiling && kinds.includes(`limits.${key}`)).map(({ key, of, unit }) => {
      const most = of(ceiling?.declared.spec.limits as Parameters<typeof of>[0]);
      const says = Number.isFinite(most) ? unit(most) : ALL;
      return { topic: `${IN_CEILING}limits`, about: key, says, key: `limits.${key}` };
    }),
  ];
}

/** Both sides of a change of an organisation's files. */
export function organisationSides(before: Organisation, after: Organisation): [PostureFact[], PostureFact[]] {
  const now = boundBy(after.ceiling);
  const both = boundBy(before.ceiling).filter((kind) => now.includes(kind));
  return [organisationFacts(before, both), organisationFacts(after, both)];
}

/** The kinds of facts that a ceiling bounds, by whichever of its keys. */
function boundBy(ceiling: Organisation["ceiling"]): string[] {
  return [...new Set((ceiling?.written ?? []).flatMap((key) => TOPICS_OF[key] ?? []))].sort();
}

function keyOf(kind: string, ceiling: Organisation["ceiling"]): string {
  return ceiling?.written.find((key) => TOPICS_OF[key]?.includes(kind)) ?? "";
}

const ALL = "all";

/** `4096MiB`, `2`, `all`. */
function amount(says: string): number {
  return says === ALL ? Number.POSITIVE_INFINITY : Number.parseFloat(says);
}

/** A level by its place: what lets through less is later. */
function rank(says: string): number {
  return LEVELS.findIndex((level) => says.startsWith(`${level} `));
}

function ruleOf(says: string): string {
  return says.slice(says.indexOf(" ") + 1);
}
