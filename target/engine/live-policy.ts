import { GATEWAY } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import type { Look } from "../look.ts";
import { isStopped, type Reach, runClient } from "./client.ts";

/** The hash of the policy that a client's gateway has in force, asked of the gateway; nothing where it has none, or does not run. */
export async function livePolicy(engine: Reach, client: string): Promise<Look<string | undefined>> {
  const said = await runClient(engine, ["exec", names(client).gateway, "cat", `${GATEWAY.live}/hash`]);
  if (said.ok) return { seen: said.stdout.trim() || undefined };
  // With these words cat says that there is no such file.
  if (isStopped(said) || /hash: No such file/.test(said.stderr)) return { seen: undefined };
  return { unseen: said.why };
}
