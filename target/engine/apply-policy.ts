import { COMMIT } from "../../gateway/contract.ts";
import { type Reach, runClient } from "./client.ts";

/**
 * Hands a compiled policy to a gateway that runs. It checks it whole before anything is touched.
 * @param commit where the policy comes from, for the audit
 * @returns what it says is in force then (`policy <hash> live`), and what a person should see besides
 * @throws Error with what it said against it: the last good policy stays
 */
export async function applyPolicy(
  engine: Reach,
  gateway: string,
  bundle: string,
  commit = "",
): Promise<{ live: string; told: string }> {
  const args = ["exec", "--interactive", "--env", `${COMMIT}=${commit}`, gateway, "apply"];
  const said = await runClient(engine, args, { input: bundle, seconds: LIMIT });
  if (!said.ok) throw new Error(said.why);
  return { live: said.stdout.trim(), told: said.stderr.trim() };
}

/** `apply` may wait 30 s for the gateway's services and 60 s for its turn, and took 64 s with a daemon that hung (docs/policy-states.md). */
const LIMIT = 240;
