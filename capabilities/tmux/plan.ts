import type { Capability } from "../capability.ts";
import { ALL } from "../delivered.ts";

/**
 * Agents that go on when the person's terminal is gone. `enter` and `resume` look for this variable's file, so a change replaces nothing; it is a fact of the posture as
 * any variable is, and gives no right.
 */
export const tmux: Capability = {
  files: ({ spec }) =>
    spec.tmux
      ? [{ role: "variable", reader: ALL, name: "AGENT_SANDBOX_TMUX", source: { text: "1" }, key: "tmux" }]
      : [],
};
