import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../model/engine.ts";
import { step } from "./step.ts";

export interface CanaryArgs {
  probes: readonly string[];
  agent: string;
  /** The trusted image it runs from, in the agent's network namespace. */
  image: string;
  engine: Engine;
  /** Whatever changes one of these has to be proven again. */
  after: pulumi.Input<string>[];
}

/** Proves the walls from where the agent stands, at every `up` that changed one. A leak fails the `up` and stops the agent. */
export class Canary extends pulumi.ComponentResource {
  /** `proven`, and which destination did not answer though it may be reached. */
  readonly said: pulumi.Output<string>;

  constructor(name: string, args: CanaryArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Canary", name, {}, opts);
    const proof = step(
      `${name}-prove`,
      args.engine,
      {
        run: "components/steps/prove-walls.sh",
        stdin: args.probes.map((probe) => `${probe}\n`).join(""),
        environment: { AGENT: args.agent, IMAGE: args.image },
        after: args.after,
      },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.said = proof.stdout;
    this.registerOutputs({ said: this.said });
  }
}
