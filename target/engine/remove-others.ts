import { isGone, type Reach, runClient } from "./client.ts";

/** Who else has a client's names or is on its networks. */
export interface Removed {
  /** Containers that were made as the client's and are not any more. */
  doubles: readonly string[];
  /** Containers on the client's networks that are not the client's. */
  strangers: readonly { name: string; network: string }[];
}

/**
 * Removes doubles, and takes strangers off the client's networks: one on the inner network could be the agent's way out, one on the outer network is between the
 * gateway and the internet.
 * @throws Error with what was said against it
 */
export async function removeOthers(engine: Reach, { doubles, strangers }: Removed): Promise<void> {
  const commands = [
    ...doubles.map((name) => ["rm", "--force", name]),
    ...strangers.map(({ name, network }) => ["network", "disconnect", "--force", network, name]),
  ];
  for (const command of commands) {
    const said = await runClient(engine, command);
    // One that has left meanwhile is as far away as it should be. Of a container that is gone, Docker 20.10 says the last.
    if (!said.ok && !isGone(said) && !/is not connected|endpoint \S+ not found/i.test(said.why))
      throw new Error(said.why);
  }
}
