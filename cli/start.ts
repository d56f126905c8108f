import { parseArgs } from "node:util";
import { complain, say } from "../host/say.ts";
import { names } from "../plan/names.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { findOwnClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { refuseExpired, refuseExpiredByLastUp } from "./expired.ts";
import { Interrupts } from "./interrupts.ts";
import { readOutputs } from "./pulumi/outputs.ts";
import { stopClient } from "./stop.ts";

export const command: Command = {
  usage: "start CLIENT",
  help: `Starts a client's containers that were stopped: its gateway first, its agent once the gateway has its policy in force. Then all is compared with what the last
\`pulumi up\` said, and the walls are tried, as \`verify\` does: where one of these found something, or could not look, or somebody says Ctrl-C before their end, everything is stopped again. An agent that an \`up\`
stopped because of a hole so does not come back by this. What the stack file says by now is \`pulumi up\`'s matter. Exit code 1 when it was stopped again.

  agentbox start acme`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    const { engine, client } = await findOwnClient(positionals, command.usage, "start");
    return startClient(engine, client);
  },
};

/** Starts a client's containers, says which, and proves them. @returns an exit code @throws StackError when nobody knows what they should be */
export async function startClient(engine: Engine, client: string): Promise<number> {
  refuseExpired(ROOT, client);
  const outputs = await readOutputs(ROOT, client);
  refuseExpiredByLastUp(client, outputs);
  const { listed } = await target.survey(engine);
  let started = 0;
  const interrupts = new Interrupts();
  let checks: Awaited<ReturnType<typeof target.inspect>>;
  try {
    const troubles = await target.runState.start(engine, client, listed, (name) => {
      started++;
      say(`started  ${name}`);
    });
    if (interrupts.asked && started + troubles.length > 0) return await stopUntried(engine, client);
    if (troubles.length > 0) {
      for (const why of troubles) complain(`agentbox: ${why}`);
      complain(
        `agentbox: ${names(client).agent} was not started. \`pulumi up --stack ${client}\` makes what is missing`,
      );
      return 3;
    }
    if (started === 0) {
      say(`${client} runs. \`agentbox verify ${client}\` says whether it is as planned`);
      return 0;
    }
    checks = await Promise.race([target.inspect(engine, client, outputs), interrupts.heard]);
  } catch (error) {
    if (interrupts.asked) return await stopUntried(engine, client);
    // What nobody could look at does not go on.
    await stopClient(engine, client);
    throw error;
  } finally {
    interrupts.done();
  }
  const bad = checks.filter(({ wrong, unseen }) => wrong.length > 0 || unseen);
  if (bad.length === 0) {
    say(`${client} runs, as planned: ${checks.length} checks. \`agentbox enter ${client}\``);
    return 0;
  }
  for (const { what, wrong, unseen } of bad) {
    complain(`${wrong.length > 0 ? "FOUND " : "UNSEEN"} ${what}`);
    for (const line of [...wrong.map(({ says }) => says), ...(unseen ? [`could not look: ${unseen}`] : [])])
      complain(`         ${line}`);
  }
  await stopClient(engine, client);
  complain(
    `agentbox: ${client} is not as planned, and was stopped again; \`pulumi up --refresh --stack ${client}\` puts it back`,
  );
  return 1;
}

/** After a Ctrl-C: what runs and was not tried does not go on. */
async function stopUntried(engine: Engine, client: string): Promise<number> {
  await stopClient(engine, client);
  complain(`agentbox: ${client} was stopped again, for its walls were not tried to the end`);
  return INTERRUPTED;
}

/** What a shell has for what ended by SIGINT. */
const INTERRUPTED = 130;
