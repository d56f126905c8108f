import type { Limits, Workload } from "../../plan/workload.ts";
import { runClient } from "../../target/engine/client.ts";
import { runStep, type StepWords } from "./words.ts";

export interface SetLimitsWords extends StepWords {
  /** By the container's name. */
  containers: Readonly<Record<string, { id: string } & Limits & Pick<Workload, "restart">>>;
}

// Sets what a container may use, while it runs.
await runStep(async ({ engine, containers }: SetLimitsWords) => {
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
});
