import { parseArgs } from "node:util";
import { parseAuditLine } from "../gateway/audit-line.ts";
import { complain, say } from "../host/say.ts";
import { names } from "../plan/names.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import type { Command } from "./command.ts";
import { moment } from "./moment.ts";

export const command: Command = {
  usage: "logs CLIENT [--of agent|gateway|lock|HELPER] [--follow] [--since 1h]",
  help: `Shows what a client's containers have printed: what could not be made ready in the agent's, messages of the gateway's daemons, what the lock shut,
what its helpers say. What the gateway let through and refused is in \`audit\`, and left out here. Control characters are written out.

  --of NAME     only this container's: agent, gateway, lock, or a helper's name
  --follow      goes on with what comes, until it is interrupted
  --since 1h    nothing older: 90s, 30m, 1h, 7d, or a time like 2026-11-21T09:00:00Z

  agentbox logs acme --of gateway --follow`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { of: { type: "string" }, follow: { type: "boolean" }, since: { type: "string" } },
    });
    const since = values.since === undefined ? {} : { since: new Date(moment(values.since, "--since")).toISOString() };
    const { engine, client } = await findClient(positionals, command.usage);
    const { listed } = await target.survey(engine);
    const own = containersOf(client, listed);
    const there = own.filter(({ called }) => values.of === undefined || called === values.of);
    if (there.length === 0)
      throw new UserError(
        2,
        `${client} has ${values.of === undefined ? "no container" : `no container "${values.of}"; it has ${own.map(({ called }) => called).join(", ") || "none"}`}`,
      );
    const follow = values.follow ?? false;
    const held: { time: string; line: string }[] = [];
    const width = Math.max(...there.map(({ called }) => called.length)) + 2;
    const tell = (called: string) => (found: { time: string; text: string }) => {
      if (called === "gateway" && parseAuditLine(found.text)) return;
      const line = `${found.time.replace(/\.\d+Z$/, "Z")}  ${called.padEnd(width)}${found.text}`;
      if (follow) say(line);
      else held.push({ time: found.time, line });
    };
    const ends = await Promise.all(
      there.map(({ called, name }) => target.printed(engine, name, { follow, ...since }, tell(called))),
    );
    for (const { line } of held.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) say(line);
    const unseen = ends.flatMap((end, at) => ("unseen" in end ? [`${there[at]?.called}: ${end.unseen}`] : []));
    for (const why of unseen) complain(`agentbox: what it printed could not be seen: ${why}`);
    return unseen.length === 0 ? 0 : 3;
  },
};

/** A client's containers that are there, by what a person calls them. */
function containersOf(client: string, listed: EngineSurvey["listed"]): { called: string; name: string }[] {
  const fixed = (["agent", "gateway", "lock"] as const).map((role) => ({ called: role, name: names(client)[role] }));
  const helpers = listed.flatMap(({ name, ...of }) =>
    of.client === client && of.role === "beside" ? [{ called: name.slice(names(client).helper("").length), name }] : [],
  );
  return [...fixed.filter(({ name }) => listed.some((one) => one.name === name)), ...helpers];
}
