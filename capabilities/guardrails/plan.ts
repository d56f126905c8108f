import type { Capability } from "../capability.ts";
import { guardrailFacts, guardrailTopics } from "./facts.ts";

/** Where a client stands otherwise to the organisation's guardrails. They are judged over everything that is declared (plan/rules/). */
export const guardrails: Capability = {
  topics: guardrailTopics,
  posture: ({ spec }) => guardrailFacts(spec),
};
