import * as pulumi from "@pulumi/pulumi";
import { describeEndpoint } from "../capabilities/egress/variables.ts";
import { type Deployed, writeDeployed } from "../plan/deployed.ts";
import { forPeople } from "../plan/git-keys.ts";
import { livedOn } from "../plan/moved.ts";
import type { SandboxPlan } from "../plan/plan.ts";
import { topics } from "../plan/posture.ts";
import { renderPosture } from "../plan/review/describe.ts";
import type { Spec } from "../stack-file/spec.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Sandbox } from "./sandbox.ts";

/** What an `up` knows that its plan does not say. */
export type Left = Required<Pick<Deployed, "declared" | "config" | "files" | "networks">> & {
  /** Makes fingerprints of secrets, in hex. */
  fingerprintKey: string;
};

/** What a sandbox puts out. */
export interface SandboxOutputs extends Record<string, unknown> {
  /** All that matters for its security, as text. */
  posture: string;
  /** Its agents, with commas between. */
  agents: string;
  /** The command line that enters it. */
  enter: string;
  /** Its endpoints, as the agent reaches them. */
  endpoints: string;
  /** When its walls were proven. */
  walls: pulumi.Output<string>;
  /** The public halves of its keys for git, where it has some. */
  gitKeys?: pulumi.Output<unknown>;
  policyHash: pulumi.Output<string>;
  fingerprintKey: pulumi.Output<string>;
  deployed: pulumi.Output<string>;
}

/**
 * What a stack puts out: sentences for people first, then what programs and the next `up` read. Pulumi shows each output that changed, and the latter say nothing to a
 * person, so they are secrets to it.
 */
export function outputsOf(
  spec: Spec,
  plan: SandboxPlan,
  engine: Engine,
  sandbox: Sandbox,
  { fingerprintKey, ...left }: Left,
): SandboxOutputs {
  const { facts } = plan.posture;
  const { endpoints } = plan.egress;
  const helperProofs = Object.fromEntries(plan.helpers.map(({ name, proof }) => [name, proof]));
  const policyHash = plan.bundle.hash;
  return {
    posture: renderPosture(facts, topics),
    agents: plan.agents.join(", "),
    enter: `${engine.cli} exec -it ${plan.agent.name} enter ${plan.agents[0]}`,
    endpoints: endpoints.map((one) => describeEndpoint(spec, endpoints, one)).join(", "),
    walls: sandbox.walls,
    ...(sandbox.gitKeys && { gitKeys: sandbox.gitKeys.apply((made) => made && forPeople(made)) }),
    policyHash: pulumi.secret(policyHash),
    fingerprintKey: pulumi.secret(fingerprintKey),
    deployed: pulumi.secret(
      pulumi.output(sandbox.gitKeys).apply((gitKeys) =>
        writeDeployed({
          ...{ facts, topics: Object.keys(topics), ...left, engine: livedOn(engine), policyHash },
          ...{
            containers: plan.expected,
            proof: plan.proof,
            ...(plan.helpers.length > 0 && { helperProofs }),
            ...(gitKeys && { gitKeys }),
          },
        }),
      ),
    ),
  };
}
