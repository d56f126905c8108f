import type { Dialect, Lacks } from "../target/engine/dialect/dialect.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";

/**
 * What an engine cannot do of what a client may ask for: each with its sentence. Who asks needs no engine's name.
 * @param runtime of agent and helpers, where it is not the engine's own choice
 */
export function lacks(engine: Engine, runtime?: string): Lacks {
  const { limitsProcesses, lacks } = dialects[engine.kind];
  const found = lacks(engine);
  if (
    runtime === undefined ||
    !engine.runtimes.includes(runtime) ||
    !limitsProcesses({}) ||
    limitsProcesses({ runtime })
  )
    return found;
  const pids = `it is set with the help of the runtime, and ${runtime} need not have any (gVisor's runsc has no update)`;
  return { ...found, limits: { pids, ...found.limits } };
}

/** From which version on engines like this one were tried, and how a person has one confine containers by SELinux. */
export function triedLike({ kind }: Engine): Pick<Dialect, "tried" | "toConfine"> {
  return dialects[kind];
}
