import { parseArgs } from "node:util";
import { findOwnClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { refuseExpired, refuseExpiredByLastUp } from "./expired.ts";
import { readOutputs } from "./pulumi/outputs.ts";
import { startClient } from "./start.ts";
import { stopClient } from "./stop.ts";

export const command: Command = {
  usage: "restart CLIENT",
  help: `Stops a client's containers and starts them again, as \`stop\` and \`start\` do. What runs in there ends; what lies in volumes stays.

  agentbox restart acme`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    const { engine, client } = await findOwnClient(positionals, command.usage, "restart");
    // All that a start refuses is asked before anything is stopped that nobody could start again.
    refuseExpired(ROOT, client);
    refuseExpiredByLastUp(client, await readOutputs(ROOT, client));
    return (await stopClient(engine, client)) || (await startClient(engine, client));
  },
};
