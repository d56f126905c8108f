import { ENVIRONMENT } from "../../gateway/contract.ts";
import { type Reach, runClient } from "./client.ts";

/**
 * Takes a client's rules out of the packet filter of the engine's host, once the last of its containers is gone: until then they hold, whoever stops the
 * lock. Any gateway image has the program, so it needs none that a state knows.
 * @returns why they may still be there and what to do, or nothing
 */
export async function unlock(engine: Reach, client: string): Promise<string | undefined> {
  const images = await runClient(engine, ["images", "--quiet", "agent-sandbox/gateway"]);
  let why = images.ok ? "there is no gateway image" : images.why;
  for (const image of new Set(images.stdout.split("\n").filter(Boolean))) {
    const said = await runClient(engine, [
      ...["run", "--rm", "--network", "host", "--read-only", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN"],
      ...["--security-opt", "no-new-privileges", "--user", "0:0", "--pids-limit", "32", "--memory", "64m"],
      ...["--env", `${ENVIRONMENT.client}=${client}`, "--entrypoint", "lock", image, "remove"],
    ]);
    if (said.ok) return undefined;
    why = said.why;
  }
  return `the rules of ${client} in the packet filter of the engine's host could not be removed (${why}); there, as root: for family in inet netdev; do nft delete table $family agent-sandbox-${client}; done`;
}
