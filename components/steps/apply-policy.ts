import { renderBundle } from "../../gateway/bundle.ts";
import { COMMIT } from "../../gateway/contract.ts";
import type { GatewayInput } from "../../gateway/gateway-policy.ts";
import { fromRanges } from "../../gateway/port-ranges.ts";
import { complain, say } from "../../host/say.ts";
import { applyPolicy } from "../../target/engine/apply-policy.ts";
import { runStep, type StepWords } from "./words.ts";

export interface ApplyPolicyWords extends StepWords, Omit<GatewayInput, "inbound"> {
  /** The gateway's container. */
  gateway: string;
  /** Ranges, one a line of a preview. */
  inbound: readonly string[];
}

// Compiles a client's policy, and hands it to its gateway.
await runStep(async ({ engine, gateway, inbound, texts: _texts, ...policy }: ApplyPolicyWords) => {
  const { text } = renderBundle({ ...policy, inbound: fromRanges(inbound) });
  const { live, told } = await applyPolicy(engine, gateway, text, process.env[COMMIT]);
  if (told) told.split("\n").forEach(complain);
  say(live);
});
