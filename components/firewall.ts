import * as pulumi from "@pulumi/pulumi";
import type { GatewayInput } from "../gateway/gateway-policy.ts";
import { toRanges } from "../gateway/port-ranges.ts";
import { compareText } from "../plan/review/fact.ts";
import type { Engine } from "../target/engine/engine.ts";
import { step, unlessPresent } from "./step.ts";
import type { ApplyPolicyWords } from "./steps/apply-policy.ts";

export interface FirewallArgs {
  policy: GatewayInput;
  /** The gateway's name, and the id that changes when it is replaced. */
  gateway: { name: string; id: pulumi.Input<string> };
  engine: Engine;
  /** Whether the gateway is known to have this policy in force; then nothing runs the step but another policy. */
  inForce: boolean;
}

/**
 * The firewall-init step: compiles the policy and hands it to the running gateway, which checks it whole, swaps it in and saves it. Its words are the policy
 * before it is compiled, so that a preview shows a line for a host, and not what follows from it in five files. Nothing is replaced.
 */
export class Firewall extends pulumi.ComponentResource {
  /** `policy <hash> live`, as the gateway said it. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:Firewall", name, {}, opts);
    const { of, ignoreChanges } = unlessPresent(args.inForce);
    // By where they come from: what a service opens comes and goes together.
    const destinations = [...args.policy.destinations].sort((a, b) => compareText(a.origin, b.origin));
    const apply = step<ApplyPolicyWords>(
      `${name}-init`,
      args.engine,
      {
        program: "apply-policy",
        words: { gateway: args.gateway.name, ...args.policy, destinations, inbound: toRanges(args.policy.inbound) },
        // A new gateway has no policy yet.
        of: { ...of, GATEWAY: args.gateway.id },
      },
      { parent: this, dependsOn: opts.dependsOn, ignoreChanges },
    );
    this.applied = apply.stdout;
    this.registerOutputs({ applied: this.applied });
  }
}
