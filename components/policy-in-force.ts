import * as pulumi from "@pulumi/pulumi";
import type { Inspected } from "../target/engine/answers.ts";
import { policyInForce } from "../target/engine/check-container.ts";
import type { Engine } from "../target/engine/engine.ts";
import { livePolicy } from "../target/engine/live-policy.ts";
import type { Look } from "../target/look.ts";

/**
 * Whether the gateway has the policy in force that the last `up` of this stack handed it. The gateway is asked only when its last health check named no policy, or
 * another than the planned one: asking takes a tenth of a second, and the health check may be older than the last change. A Podman without systemd runs no health checks.
 * @param planned the hash of the planned policy
 * @returns true also of one that does not run: it is placed anew, and the policy is handed to whatever is placed
 */
export async function isInForce(
  engine: Engine,
  client: string,
  gateway: Inspected | undefined,
  planned: string,
): Promise<Look<boolean>> {
  if (gateway?.State.Status !== "running" || policyInForce(gateway) === planned) return { seen: true };
  const live = await livePolicy(engine, client);
  if ("unseen" in live) return live;
  if (live.seen === planned) return { seen: true };
  // A saved policy that did not hold at its start leaves a gateway without one: shut until somebody hands it over again.
  if (live.seen === undefined) return { seen: false };
  // When a change is planned, the gateway still has the policy of the last up. The changed bundle, an input of the step, runs it anyway.
  const name = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  return { seen: outputs?.policyHash === undefined || outputs.policyHash === live.seen };
}
