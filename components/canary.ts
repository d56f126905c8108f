import * as pulumi from "@pulumi/pulumi";
import type { Proof } from "../plan/proof/proof.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step } from "./step.ts";
import type { ProveWallsWords } from "./steps/prove-walls.ts";

export interface CanaryArgs {
  client: string;
  proof: Proof;
  agent: string;
  /** The client's containers. The old ones that were set aside for them are removed after the proof. */
  containers: readonly string[];
  /** The trusted image it runs from, in the agent's network namespace. */
  image: string;
  engine: Engine;
  /** The proof runs again when one of these changes. */
  after: pulumi.Input<string>[];
}

/** Proves the walls from where the agent stands and from outside, at every `up` that changed one. A leak fails the `up` and stops the agent. */
export class Canary extends pulumi.ComponentResource {
  /** When the walls were proven, and which allowed destinations did not answer. */
  readonly said: pulumi.Output<string>;

  constructor(name: string, args: CanaryArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Canary", name, {}, opts);
    const { client, proof, agent, containers, image } = args;
    const proven = step<ProveWallsWords>(
      `${name}-prove`,
      args.engine,
      {
        program: "prove-walls",
        // Kept from a preview: what changed is shown where it does, and here would be ids and hashes of it.
        words: pulumi.secret({ client, agent, containers, image, proof, after: pulumi.all(args.after) }),
      },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.said = pulumi.unsecret(proven.stdout);
    this.registerOutputs({ said: this.said });
  }
}
