import type { Maker } from "../plan/names.ts";

/** Whose state this is, as bin/pulumi and bin/agentbox say it (setup/state.sh); nothing where neither of them started this. */
export function readMaker(): Maker | undefined {
  const { AGENT_SANDBOX_STATE: state, AGENT_SANDBOX_STATE_PATH: path } = process.env;
  return state ? { state, ...(path && { path }) } : undefined;
}
