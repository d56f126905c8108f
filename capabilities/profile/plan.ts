import type { Capability } from "../capability.ts";
import { profileFacts, profileTopics } from "./facts.ts";

/** How closed the sandbox is as a whole. What it rules out is told of all other keys at once (profile.ts). */
export const profile: Capability = {
  posture: ({ spec }) => profileFacts(spec),
  topics: profileTopics,
};
