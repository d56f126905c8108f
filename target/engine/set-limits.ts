import type { Limits, Workload } from "../../plan/workload.ts";
import { type Reach, runClient } from "./client.ts";

/** What containers may use, by their names. */
export type LimitsOf = Readonly<Record<string, { id: string } & Limits & Pick<Workload, "restart">>>;

/** Sets what containers may use, while they run. @throws Error with all that was said against it */
export async function setLimits(engine: Reach, containers: LimitsOf): Promise<void> {
  const said = await Promise.all(
    Object.values(containers).map(({ id, memory, pids, cpus, restart }) =>
      runClient(engine, [
        ...["update", "--pids-limit", String(pids), "--memory", String(memory), "--memory-swap", String(memory)],
        ...["--restart", restart, ...(cpus ? ["--cpus", String(cpus)] : []), id],
      ]),
    ),
  );
  const against = said.flatMap((one) => (one.ok ? [] : [one.why]));
  if (against.length > 0) throw new Error(against.join("; "));
}
