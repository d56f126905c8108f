import type { Inspected } from "../target/engine/answers.ts";
import { policyInForce } from "../target/engine/check-container.ts";
import type { Engine } from "../target/engine/engine.ts";
import { livePolicy } from "../target/engine/live-policy.ts";
import type { Look } from "../target/look.ts";

/**
 * Whether the gateway has the planned policy in force. The gateway is asked only when its last health check named no policy, or
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
  // Another one, or none: a saved policy that did not hold at its start leaves a gateway shut until somebody hands it over again.
  return { seen: live.seen === planned };
}
