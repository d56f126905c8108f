import { z } from "zod";
import { type Deployed, readDeployed } from "../../plan/deployed.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Look } from "../../target/look.ts";
import { knownClients } from "../client.ts";
import { askPulumi, jsonIn, StackError } from "./run.ts";

/** What the last `up` of a client left. @throws StackError when there is no such stack, it cannot be read, or it has not been brought up */
export async function readOutputs(root: string, client: string): Promise<Deployed> {
  const look = await lookAtOutputs(root, client);
  if ("unseen" in look) throw new StackError(`what ${client} should be could not be seen: ${look.unseen}`);
  const make = `\`agentbox up ${client}\``;
  const { seen } = look;
  if (seen === undefined) {
    // Without a file nothing could be brought up.
    knownClients(root, [client]);
    throw new StackError(`${client} is not up: there is no stack ${client} here; ${make} brings it up`);
  }
  if ("facts" in seen) return seen;
  throw new StackError(`what ${client} should be is not known: ${seen.unread}; run ${make}`);
}

/** The same for who can go on without: nothing where there is no such stack, or why what it left cannot be read. */
export async function lookAtOutputs(
  root: string,
  client: string,
): Promise<Look<Deployed | { unread: string } | undefined>> {
  const outputs = await askOutputs(root, client, ["--show-secrets"]);
  if ("unseen" in outputs || outputs.seen === undefined) return outputs as Look<undefined>;
  return { seen: readDeployed(outputs.seen) ?? { unread: NEVER_UP } };
}

/** What is said of a stack that has no outputs. */
export const NEVER_UP = "it has not been brought up";

/** A stack's outputs by name, nothing where there is no such stack. Secrets are left out where no word of pulumi asks for them. */
export async function askOutputs(
  root: string,
  client: string,
  words: readonly string[] = [],
): Promise<Look<Record<string, unknown> | undefined>> {
  const said = await askPulumi(root, ["stack", "output", "--stack", client, "--json", ...words]);
  return "unseen" in said || said.seen === undefined ? (said as Look<undefined>) : parseOutputs(said.seen);
}

/** Reads what `pulumi stack output --json` prints. */
export function parseOutputs(text: string): Look<Record<string, unknown>> {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(jsonIn(text, "{")));
    if (parsed.success) return { seen: parsed.data };
  } catch {}
  return { unseen: `pulumi stack output says no outputs, but ${JSON.stringify(oneLine(text).slice(0, 60))}` };
}
