import { parseArgs } from "node:util";
import { readServices, serviceNames } from "../capabilities/egress/look/catalogue.ts";
import { say } from "../host/say.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { table } from "./format/table.ts";
import { readOutputs } from "./stack-outputs.ts";

export const command: Command = {
  usage: "policy CLIENT | policy services",
  help: `  CLIENT      what this client may reach, on which ports, and who opens it: its own lines, an agent, a service, a file; exit code 1 when
              another policy is in force, or none could be seen
  services    the names that \`egress.allow\` knows, and what each is for (a client of this name cannot be shown)`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    return positionals[0] === "services" ? services(positionals.slice(1)) : effective(positionals);
  },
};

function services(more: readonly string[]): number {
  if (more.length > 0) throw new UserError(2, `agentbox policy services takes no more words`);
  table(readServices(ROOT, serviceNames(ROOT)).map(({ name, description }) => [name, description]));
  return 0;
}

async function effective(positionals: readonly string[]): Promise<number> {
  const { engine, client } = await findClient(positionals, command.usage);
  const { facts, policyHash } = await readOutputs(ROOT, client);
  const live = await target.livePolicy(engine, client);
  // By this machine's clock; the gateway ends grants by its own.
  const now = describeMoment(asMoment(Date.now()));
  table([
    ["NAME", "PORTS", "FROM"],
    ...facts
      .filter(({ topic }) => topic === "egress" || topic === "endpoints")
      .map(({ about, says }) => {
        // `80,443 (client)`, `22 until 2026-12-01 18:00 UTC (grant)`: the posture's own way to write it.
        const [, ports = says, origin = ""] = /^([^(]+) \((.*)\)$/s.exec(says) ?? [];
        return [about, ports.replace(/until (.*? UTC)/g, (until, at) => (at <= now ? `ended ${at}` : until)), origin];
      }),
  ]);
  const inForce = "seen" in live && live.seen === policyHash;
  const state =
    "unseen" in live
      ? `whether it is in force could not be seen: ${live.unseen}`
      : inForce
        ? "in force"
        : live.seen
          ? `not in force: the gateway runs ${live.seen}`
          : "not in force: the gateway has none, or does not run";
  say();
  say(`profile ${facts.find(({ topic }) => topic === "profile")?.says}, policy ${policyHash}: ${state}`);
  return inForce ? 0 : 1;
}
