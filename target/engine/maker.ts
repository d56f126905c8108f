import { existsSync, readFileSync } from "node:fs";
import type { Maker } from "../../plan/names.ts";

/** Whose state this is, as bin/pulumi and bin/agentbox say it (setup/state.sh); nothing where neither of them started this. */
export function readMaker(): Maker | undefined {
  const { AGENT_SANDBOX_STATE: state, AGENT_SANDBOX_STATE_PATH: path } = process.env;
  return state ? { state, ...(path && { path }) } : undefined;
}

/** Ids of all that the client's state knows; nothing where it is not in a file, or cannot be read (pulumi says so itself). */
export function readKnownIds(): Set<string> | undefined {
  const checkpoint = process.env.AGENT_SANDBOX_CHECKPOINT;
  if (!checkpoint || !existsSync(checkpoint)) return undefined;
  try {
    const resources: { id?: string }[] =
      JSON.parse(readFileSync(checkpoint, "utf8")).checkpoint?.latest?.resources ?? [];
    return new Set(resources.flatMap(({ id }) => id ?? []));
  } catch {
    return undefined;
  }
}
