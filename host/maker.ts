import type { Maker } from "../model/names.ts";

/** Whose state this is, as bin/pulumi and bin/agentbox say it (setup/state.sh); nothing where neither of them started this. */
export function readMaker(root: string): Maker | undefined {
  const state = process.env.AGENT_SANDBOX_STATE;
  return state ? { state, path: root } : undefined;
}
