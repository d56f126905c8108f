import * as pulumi from "@pulumi/pulumi";
import type { Bundle } from "../gateway/bundle.ts";
import { applyPolicy } from "../target/engine/calls.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";

export interface FirewallArgs {
  bundle: Bundle;
  /** The gateway's name, and the id that changes when it is replaced. */
  gateway: { name: string; id: pulumi.Input<string> };
  engine: Engine;
  /** Whether the gateway is known to have this policy in force; then no trigger runs the step. */
  inForce: boolean;
}

/**
 * The firewall-init step: hands the compiled policy to the running gateway, which checks it whole, swaps it in and saves it.
 * The bundle's text is an input, so that a preview shows the lines that change. Nothing is replaced.
 */
export class Firewall extends pulumi.ComponentResource {
  /** `policy <hash> live`, as the gateway said it. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Firewall", name, {}, opts);
    const { after, ignoreChanges } = unlessPresent(args.inForce);
    const apply = step(
      `${name}-init`,
      args.engine,
      {
        call: applyPolicy(args.engine, args.gateway.name),
        stdin: args.bundle.text,
        // A new gateway has no policy yet.
        of: { GATEWAY: args.gateway.id },
        after,
      },
      { parent: this, ignoreChanges },
    );
    this.applied = apply.stdout;
    this.registerOutputs({ applied: this.applied });
  }
}
