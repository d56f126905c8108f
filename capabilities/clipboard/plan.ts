import type { Capability } from "../capability.ts";
import { clipboardFacts, clipboardTopics } from "./facts.ts";

/**
 * The clipboard of whoever is at a terminal of the sandbox. It is a variable of the agent's container, which the way in reads with the container's state in one question
 * (cli/ways/way-in.sh): so it is what the last `up` put into force, costs nothing, and no agent can change it. A change replaces the container.
 */
export const clipboard: Capability = {
  plan: ({ spec }) => (spec.clipboard === "out" ? { environment: { AGENT_SANDBOX_CLIPBOARD: "out" } } : {}),
  posture: ({ spec }) => clipboardFacts(spec),
  topics: clipboardTopics,
};
