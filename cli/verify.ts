import { parseArgs } from "node:util";
import { readOutputs, StackError } from "../host/stack-outputs.ts";
import { verify } from "../host/verify.ts";
import { printable } from "../model/audit/audit-text.ts";
import { findClient } from "./client.ts";
import { type Command, Refusal, ROOT } from "./command.ts";

export const command: Command = {
  usage: "verify CLIENT",
  help: `Compares what runs for a client with what its last \`pulumi up\` said: containers and their rights, mounts, networks and ports,
the policy in force, what the gateway finds when it looks at itself, the walls as tried from the agent's network, and drift of the last hour.
A line for each check. Exit code 1 when one found something. Nothing is changed; \`pulumi up --refresh\`
repairs, once a container that somebody made by hand under one of these names is removed.`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    const { engine, client } = await findClient(positionals, command.usage);
    const outputs = await readOutputs(ROOT, client).catch((error: unknown) => {
      throw error instanceof StackError ? new Refusal(2, error.message) : error;
    });
    const checks = await verify(ROOT, engine, client, outputs);
    for (const { what, wrong } of checks) {
      process.stdout.write(`${wrong.length === 0 ? "ok   " : "FOUND"}  ${what}\n`);
      for (const line of wrong) process.stdout.write(`         ${printable(line)}\n`);
    }
    const bad = checks.filter(({ wrong }) => wrong.length > 0).length;
    const advice =
      bad === 0 ? "as planned" : `${bad} found something; \`pulumi up --refresh --stack ${client}\` repairs`;
    process.stdout.write(`${checks.length} checks: ${advice}\n`);
    return bad === 0 ? 0 : 1;
  },
};
