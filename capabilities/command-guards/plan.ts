import type { Capability } from "../capability.ts";
import { guardFacts, guardTopics } from "./facts.ts";

/** Commands that the agents' own hooks refuse. They are told to the agent with what else it is told (briefing). */
export const commandGuards: Capability = {
  posture: ({ guards }) => guardFacts(guards),
  topics: guardTopics,
};
