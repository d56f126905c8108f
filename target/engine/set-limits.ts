import type { Limits, Workload } from "../../plan/workload.ts";
import { type Reach, runClient } from "./client.ts";

/** What containers may use, by their names. */
export type LimitsOf = Readonly<Record<string, { id: string } & Limits & Pick<Workload, "restart">>>;

/** Sets what containers may use, while they run. @returns what was said against it, by the names of the containers whose limits are not set */
export async function setLimits(engine: Reach, containers: LimitsOf): Promise<Map<string, string>> {
  const said = await Promise.all(
    Object.entries(containers).map(async ([name, { id, memory, pids, cpus, restart }]) => {
      const one = await runClient(engine, [
        ...["update", "--pids-limit", String(pids), "--memory", String(memory), "--memory-swap", String(memory)],
        ...["--restart", restart, ...(cpus ? ["--cpus", String(cpus)] : []), id],
      ]);
      return one.ok ? [] : [[name, one.why] as const];
    }),
  );
  return new Map(said.flat());
}
