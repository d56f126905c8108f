import * as pulumi from "@pulumi/pulumi";
import type { Inspected } from "../target/engine/answers.ts";
import { policyInForce } from "../target/engine/check-container.ts";
import type { Engine } from "../target/engine/engine.ts";
import { livePolicy } from "../target/engine/live-policy.ts";

/**
 * Whether the gateway has the policy in force that an `up` of this stack handed it, as far as it has said. Asked only where its health check told of another
 * than the planned one, for that takes a tenth of a second, and what it told may be of before the last change.
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
  // What could not be seen is no reason to apply anything.
  if ("unseen" in live || live.seen === undefined || live.seen === planned) return true;
  // Of a planned change the policy that is there is the last up's; the step's own input tells of the change.
  const name = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  return outputs?.policyHash === undefined || outputs.policyHash === live.seen;
}
