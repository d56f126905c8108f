import { parseArgs } from "node:util";
import { complain, say } from "../host/say.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { findOwnClient } from "./client.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  usage: "stop CLIENT",
  help: `Stops a client's containers: its agent, its helpers, and its gateway last. What runs in there ends; volumes, networks and the client's lock stay, so all that is
kept by an \`up\` is kept. An agent that was stopped stays so also when the machine starts anew; \`agentbox start\` and \`pulumi up\` end that.

  agentbox stop acme`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    const { engine, client } = await findOwnClient(positionals, command.usage, "stop");
    return stopClient(engine, client);
  },
};

/** Stops a client's containers and says which. @returns an exit code */
export async function stopClient(engine: Engine, client: string): Promise<number> {
  const { listed } = await target.survey(engine);
  let stopped = 0;
  const troubles = await target.runState.stop(engine, client, listed, (name) => {
    stopped++;
    say(`stopped  ${name}`);
  });
  if (troubles.length === 0 && stopped === 0) say(`${client} does not run`);
  for (const why of troubles) complain(`agentbox: it may still run: ${why}`);
  return troubles.length === 0 ? 0 : 3;
}
