import { ENVIRONMENT } from "../../gateway/contract.ts";
import { LOCK_MEMORY } from "../../plan/lock-container.ts";
import { type Reach, runClient } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/**
 * Takes a client's rules out of the packet filter of the engine's host, once the last of its containers is gone: until then they hold, whoever stops the
 * lock. Any gateway image has the program, so it needs none that a state knows.
 * @returns why they may still be there and what to do, or nothing
 */
export async function unlock(engine: Reach, client: string): Promise<string | undefined> {
  const images = await runClient(engine, ["images", "--quiet", "agent-sandbox/gateway"]);
  let why = images.ok ? "there is no gateway image" : images.why;
  for (const image of new Set(images.stdout.split("\n").filter(Boolean))) {
    // Without the client's label: a wipe that goes on beside this removes all that has it.
    const said = await runTrusted(engine, {
      ...{ name: `${client}-unlock`, image, user: "0:0", network: "host" },
      capabilities: ["NET_ADMIN"],
      options: ["--pids-limit", "32", "--memory", `${LOCK_MEMORY}`],
      environment: { [ENVIRONMENT.client]: client },
      program: ["lock", "remove"],
    });
    if (said.ok) return undefined;
    why = said.why;
  }
  return `the rules of ${client} in the packet filter of the engine's host could not be removed (${why}); there, as root: for family in inet netdev; do nft delete table $family agent-sandbox-${client}; done`;
}
