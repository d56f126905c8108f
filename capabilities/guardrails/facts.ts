import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { LEVELS } from "./keys.ts";

export const guardrailTopics: Readonly<Record<string, Topic>> = {
  // What the organisation itself has is not known here. Any level but the highest may be lower than that, and gives; any but the lowest may be higher, and holds back, so that it may
  // not go unread.
  guardrails: gives((fact, there) => rank(fact) === LEVELS.length - 1 || there.some((other) => isAtMost(other, fact)), {
    holds: (fact, there) => rank(fact) === 0 || there.some((other) => isAtMost(fact, other)),
    unordered: "the organisation's own level may be higher or lower",
  }),
};

/** Guardrails that have another level for this client than for the others. */
export function guardrailFacts({ guardrails }: Pick<Spec, "guardrails">): PostureFact[] {
  return Object.entries(guardrails).map(([about, { level, why }]) => ({
    topic: "guardrails",
    about,
    says: `${level} (${why})`,
    key: `guardrails.${about}`,
  }));
}

/** Whether two are of one guardrail, and the first has no higher level. */
function isAtMost(fact: PostureFact, than: PostureFact): boolean {
  return fact.about === than.about && rank(fact) <= rank(than);
}

/** A level by its place: what lets through less is later. */
function rank({ says }: PostureFact): number {
  return LEVELS.findIndex((level) => says.startsWith(level));
}
