import { GATEWAY } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { type Reach, runClient } from "./client.ts";

/** The hash of the policy that a client's gateway has in force, asked of the gateway; nothing when it has none or cannot be asked. */
export async function livePolicy(engine: Reach, client: string): Promise<string | undefined> {
  const said = await runClient(engine, ["exec", names(client).gateway, "cat", `${GATEWAY.live}/hash`]);
  return (said.code === 0 && said.stdout.trim()) || undefined;
}
