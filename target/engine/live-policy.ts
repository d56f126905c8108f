import { z } from "zod";
import { BUNDLE, EVERYTHING, GATEWAY } from "../../gateway/contract.ts";
import { DeclaredSchema } from "../../gateway/declared.ts";
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

/** What ends, by a policy. A gateway of another version may say the rest in another form. */
const Ends = z.object({ grants: DeclaredSchema.shape.grants });

/** When all ends by the policy that a client's gateway has in force; nothing where that says no end, or there is none in force. */
export async function liveEnd(engine: Reach, client: string): Promise<Look<string | undefined>> {
  const said = await runClient(engine, ["exec", names(client).gateway, "cat", `${GATEWAY.live}/${BUNDLE.declared}`]);
  if (isStopped(said) || /: No such file/.test(said.stderr)) return { seen: undefined };
  if (!said.ok) return { unseen: said.why };
  try {
    return { seen: Ends.parse(JSON.parse(said.stdout)).grants.find(({ name }) => name === EVERYTHING)?.until };
  } catch {
    return { unseen: `${names(client).gateway} says its policy in words that this version does not know` };
  }
}
