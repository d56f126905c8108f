import * as pulumi from "@pulumi/pulumi";
import { type Proof, proveStep } from "../plan/proof/proof.ts";
import type { Reach } from "../target/engine/client.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step } from "./step.ts";

export interface CanaryArgs {
  client: string;
  proof: Proof;
  agent: string;
  /** The client's containers: what was set aside for them is removed when their walls were looked at. */
  containers: readonly string[];
  /** The trusted image it runs from, in the agent's network namespace. */
  image: string;
  engine: Engine;
  /** Whatever changes one of these has to be proven again. */
  after: pulumi.Input<string>[];
}

/** What components/steps/prove-walls.ts reads on its standard input. */
export type ProveWallsWords = Pick<CanaryArgs, "client" | "proof" | "agent" | "containers" | "image"> & {
  engine: Reach;
};

/** Proves the walls from where the agent stands and from outside, at every `up` that changed one. A leak fails the `up` and stops the agent. */
export class Canary extends pulumi.ComponentResource {
  /** When the walls were proven, and which destination did not answer though it may be reached. */
  readonly said: pulumi.Output<string>;

  constructor(name: string, args: CanaryArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Canary", name, {}, opts);
    const { client, proof, agent, containers, image } = args;
    const { cli, host } = args.engine;
    const words: ProveWallsWords = { engine: { cli, host }, client, agent, containers, image, proof };
    const proven = step(
      proveStep(client),
      args.engine,
      { run: "node components/steps/prove-walls.ts", stdin: JSON.stringify(words, null, 1), after: args.after },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.said = proven.stdout;
    this.registerOutputs({ said: this.said });
  }
}
