import * as pulumi from "@pulumi/pulumi";
import type { Inspected } from "../target/engine/answers.ts";
import { policyInForce } from "../target/engine/check-container.ts";
import type { Engine } from "../target/engine/engine.ts";
import { livePolicy } from "../target/engine/live-policy.ts";

/**
 * Whether the gateway has the policy in force that the last `up` of this stack handed it. The gateway is asked only when its last health check named another
 * policy than the planned one: asking takes a tenth of a second, and the health check may be older than the last change.
 * @param planned the hash of the planned policy
 */
export async function isInForce(
  engine: Engine,
  client: string,
  gateway: Inspected | undefined,
  planned: string,
): Promise<boolean> {
  const told = policyInForce(gateway);
  if (told === undefined || told === planned) return true;
  const live = await livePolicy(engine, client);
  // Without an answer nothing is known, so nothing is applied.
  if ("unseen" in live || live.seen === undefined || live.seen === planned) return true;
  // When a change is planned, the gateway still has the policy of the last up. The changed bundle, an input of the step, runs it anyway.
  const name = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  return outputs?.policyHash === undefined || outputs.policyHash === live.seen;
}
