import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../plan/workload.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Standing } from "../target/engine/standing.ts";
import { step, unlessPresent } from "./step.ts";
import type { SetLimitsWords } from "./steps/set-limits.ts";

export interface LimitsArgs {
  engine: Engine;
  /** Containers with their ids: a new container has none of these limits yet. */
  placed: readonly { workload: Workload; standing: Standing; id: pulumi.Output<string> }[];
}

/**
 * Sets limits of running containers: those of processes, for which the provider has no input, and those that somebody changed by hand. The engine keeps them with
 * the container, over restarts.
 */
export class Limits extends pulumi.ComponentResource {
  constructor(name: string, { engine, placed }: LimitsArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Limits", name, {}, opts);
    const asPlanned = placed.every(({ standing }) => standing.limits.length === 0);
    const { of, ignoreChanges } = unlessPresent(asPlanned);
    const limits = pulumi.all(
      placed.map(({ workload: { name, limits, restart }, id }) =>
        id.apply((id) => [name, { id, ...limits, restart }] as const),
      ),
    );
    if (dialects[engine.kind].limitsProcesses)
      step<SetLimitsWords>(
        `${name}-set`,
        engine,
        {
          program: "set-limits",
          words: limits.apply((limits) => ({ containers: Object.fromEntries(limits) })),
          of,
        },
        { parent: this, ignoreChanges },
      );
    this.registerOutputs({});
  }
}
