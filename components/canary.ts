import * as pulumi from "@pulumi/pulumi";
import type { Proof } from "../plan/proof/proof.ts";
import type { Workload } from "../plan/workload.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Standing } from "../target/engine/standing.ts";
import { step, unlessPresent } from "./step.ts";
import type { ProveWallsWords } from "./steps/prove-walls.ts";

export interface CanaryArgs {
  client: string;
  proof: Proof;
  agent: string;
  /** What is proven of each container beside the agent, by its name. */
  helpers: Readonly<Record<string, Proof>>;
  /** The client's containers. The old ones that were set aside for them are removed after the proof. */
  containers: readonly string[];
  /** The trusted image it runs from, in the agent's network namespace. */
  image: string;
  engine: Engine;
  /** Containers with their ids, whose limits are set before the proof: those of processes, for which the provider has no input, and those that somebody changed by hand. */
  limited: readonly { workload: Workload; standing: Standing; id: pulumi.Output<string> }[];
  /** The proof runs again when one of these changes. */
  after: pulumi.Input<string>[];
}

/** Proves the walls from where the agent stands and from outside, at every `up` that changed one. A leak fails the `up` and stops the agent. */
export class Canary extends pulumi.ComponentResource {
  /** When the walls were proven, and which allowed destinations did not answer. */
  readonly said: pulumi.Output<string>;

  constructor(name: string, args: CanaryArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Canary", name, {}, opts);
    const { client, proof, agent, helpers, containers, image, engine } = args;
    // The engine keeps limits with the container, over restarts; a new container has none of these yet.
    const limits = args.limited.filter(({ workload }) => dialects[engine.kind].limitsProcesses(workload));
    const { of, ignoreChanges } = unlessPresent(limits.every(({ standing }) => standing.limits.length === 0));
    const proven = step<ProveWallsWords>(
      `${name}-prove`,
      engine,
      {
        program: "prove-walls",
        // Kept from a preview: what changed is shown where it does, and here would be ids and hashes of it.
        words: pulumi.secret({
          ...{ client, agent, containers, image, proof, ...(Object.keys(helpers).length > 0 && { helpers }) },
          limits: Object.fromEntries(
            limits.map(({ workload: { name, limits, restart }, id }) => [name, { id, ...limits, restart }]),
          ),
          after: pulumi.all(args.after),
        }),
        of,
      },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.said = pulumi.unsecret(proven.stdout);
    this.registerOutputs({ said: this.said });
  }
}
