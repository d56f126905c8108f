import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { LEVELS } from "./keys.ts";

export const guardrailTopics: Readonly<Record<string, Topic>> = {
  // The organisation's own level is not known here, so a lower one always counts as giving more; the highest gives nothing.
  guardrails: gives(
    (fact, there) =>
      rank(fact) === LEVELS.length - 1 ||
      there.some((other) => other.about === fact.about && rank(other) <= rank(fact)),
  ),
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

/** A level by its place: what lets through less is later. */
function rank({ says }: PostureFact): number {
  return LEVELS.findIndex((level) => says.startsWith(level));
}
