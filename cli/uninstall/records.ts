import { join } from "node:path";
import { UserError } from "../../stack-file/user-error.ts";
import type { Address } from "../../target/engine/address.ts";
import type { Look } from "../../target/look.ts";
import { stacksIn, stateFiles } from "../pulumi/files.ts";
import { stacksThere } from "../pulumi/stacks.ts";
import { engineLivedOn, readCheckpoint, type StateResources, stateResources } from "../pulumi/state.ts";

/** What one state says of clients that have something: where each lives, and what of it could not be read. */
export interface Records {
  lived: { client: string; address: Address }[];
  unread: { clients: string[]; why: string }[];
}

/**
 * Reads the state that is in use, and the project's own where that is another one: it goes with `.state`. Stack files, notes and the environment may lead elsewhere by now, or
 * be gone, while a client stands where its state says.
 */
export async function lookAtRecords(root: string): Promise<Records[]> {
  const files = stateFiles();
  const own = join(root, ".state");
  const used = files ? { seen: stacksIn(files) } : await stacksThere(root);
  return Promise.all([
    recordsOf(root, used, (client) => stateResources(root, client)),
    ...(files === own ? [] : [recordsOf(root, { seen: stacksIn(own) }, async (client) => resourcesIn(own, client))]),
  ]);
}

function resourcesIn(files: string, client: string): Look<StateResources> {
  const read = readCheckpoint(files, client);
  return read ? { seen: read } : { unseen: `${client}'s stack in ${files} is not read here` };
}

async function recordsOf(
  root: string,
  stacks: Look<string[]>,
  resourcesOf: (client: string) => Promise<Look<StateResources>>,
): Promise<Records> {
  if ("unseen" in stacks) return { lived: [], unread: [{ clients: [], why: stacks.unseen }] };
  const found: Records = { lived: [], unread: [] };
  for (const client of stacks.seen) {
    const resources = await resourcesOf(client);
    if ("unseen" in resources) found.unread.push({ clients: [client], why: resources.unseen });
    else if (resources.seen.length > 0)
      try {
        found.lived.push({ client, address: engineLivedOn(root, client, resources) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        found.unread.push({ clients: [client], why: error.message });
      }
  }
  return found;
}
