import { neutral } from "../../plan/review/topic.ts";
import type { Capability } from "../capability.ts";

/** A client that nobody destroys by mistake. It is kept by whoever would remove it: bin/pulumi, `agentbox wipe`, and Pulumi itself by its last step. */
export const protect: Capability = {
  // It decides nothing about what the sandbox may.
  topics: { protect: neutral() },
  posture: ({ spec }) =>
    spec.protect ? [{ topic: "protect", about: "", says: "no destroy, no wipe", key: "protect" }] : [],
};
