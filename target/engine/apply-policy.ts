import { type Reach, runClient } from "./client.ts";

/**
 * Hands a compiled policy to a gateway that runs. It checks it whole before anything is touched.
 * @returns what it says is in force then: `policy <hash> live`
 * @throws Error with what it said against it: the last good policy stays
 */
export async function applyPolicy(engine: Reach, gateway: string, bundle: string): Promise<string> {
  const said = await runClient(engine, ["exec", "-i", gateway, "apply"], { input: bundle, seconds: LIMIT });
  if (!said.ok) throw new Error(said.why);
  return said.stdout.trim();
}

/** `apply` may wait 30 s for the gateway's services and 60 s for its turn, and took 64 s with a daemon that hung (docs/policy-states.md). */
const LIMIT = 240;
