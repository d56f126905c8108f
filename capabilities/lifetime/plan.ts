import type { Capability } from "../capability.ts";
import { describeEnd, hasEnded } from "./end.ts";
import { lifetimeFacts, lifetimeTopics } from "./facts.ts";

/** How long a sandbox is there for: until when it is open, and how long nobody may be in it. The gateway ends it by its own clock; what stops containers is `agentbox sweep`. */
export const lifetime: Capability = {
  plan: ({ spec: { expires } }, { now }) =>
    expires !== undefined && hasEnded(expires, now)
      ? { problems: [{ path: "expires", message: describeEnd(expires, now) }] }
      : {},
  posture: ({ spec }) => lifetimeFacts(spec),
  topics: lifetimeTopics,
};
