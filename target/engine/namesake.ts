import { type Reach, runClient } from "./client.ts";

/**
 * Removes a network that somebody made under a name of a client's, with whoever is on it taken off.
 * @throws Error with what the engine said
 */
export async function removeNamesake(engine: Reach, network: string): Promise<void> {
  const members = await runClient(engine, ["ps", "--all", "--filter", `network=${network}`, "--format", "{{.Names}}"]);
  for (const name of members.stdout.split("\n").filter(Boolean))
    await runClient(engine, ["network", "disconnect", "--force", network, name]);
  const said = await runClient(engine, ["network", "rm", network]);
  if (said.code !== 0 && !/no such|not found/i.test(said.stderr))
    throw new Error(`${network} was made by somebody else and cannot be removed: ${said.stderr.trim()}`);
}
