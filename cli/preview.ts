import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import type { Command } from "./command.ts";
import { inTurns } from "./in-turns.ts";
import { Interrupts } from "./interrupts.ts";
import { askedClients, SEVERAL } from "./up/asked.ts";
import { describePlans, dropPlans, planClient } from "./up/planned.ts";

export const command: Command = {
  usage: "preview CLIENT… | --all [-j N]",
  help: `Tells in words what an \`up\` of these clients would change, what gets wider first, and changes nothing. Pulumi does it, and its command is shown;
\`pulumi preview --diff --stack CLIENT\` shows each property.

  --all   each client with a file in stacks/
  -j N    so many at a time; one after the other is the default

Exit codes: 0 all of them can be planned; 1 one cannot; 2 bad usage.

  agentbox preview acme`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: SEVERAL,
    });
    const { clients, jobs } = askedClients(values, positionals, command.usage);
    const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-preview-"));
    const interrupts = new Interrupts();
    try {
      const plans = await inTurns(clients, jobs, async (client) => {
        if (interrupts.asked) return undefined;
        say(`$ pulumi preview --stack ${client}`);
        return planClient(client, join(folder, `${client}.plan.json`), interrupts);
      });
      const told = plans.filter((plan) => plan !== undefined);
      // Of a client that is new a plan needs a stack: nobody carries this one out.
      await dropPlans(told);
      for (const line of describePlans(told)) say(line);
      return told.length === clients.length && told.every(({ cannot }) => !cannot) ? 0 : 1;
    } finally {
      interrupts.done();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
