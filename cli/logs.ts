import { parseArgs } from "node:util";
import { parseAuditLine } from "../gateway/audit-line.ts";
import { complain, say } from "../host/say.ts";
import { names } from "../plan/names.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import type { Command } from "./command.ts";
import { moment } from "./moment.ts";

const ROLES = ["agent", "gateway", "lock"] as const;
type Role = (typeof ROLES)[number];

export const command: Command = {
  usage: "logs CLIENT [--of agent|gateway|lock] [--follow] [--since 1h]",
  help: `Shows what a client's containers have printed: what could not be made ready in the agent's, messages of the gateway's daemons, what the lock shut. What the
gateway let through and refused is in \`audit\`, and left out here. What an agent printed is shown with its control characters written out.

  --of ROLE     only this container's
  --follow      goes on with what comes, until it is interrupted
  --since 1h    nothing older: 90s, 30m, 1h, 7d, or a time like 2026-11-21T09:00:00Z`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { of: { type: "string" }, follow: { type: "boolean" }, since: { type: "string" } },
    });
    const asked = values.of;
    const roles = asked === undefined ? ROLES : ROLES.filter((role) => role === asked);
    if (roles.length === 0)
      throw new UserError(2, `--of "${asked}" is none of a client's containers: ${ROLES.join(", ")}`);
    const since = values.since === undefined ? {} : { since: new Date(moment(values.since, "--since")).toISOString() };
    const { engine, client } = await findClient(positionals, command.usage);
    const { listed } = await target.survey();
    const there = roles.filter((role) => listed.some(({ name }) => name === names(client)[role]));
    if (there.length === 0) throw new UserError(2, `${client} has no container ${roles.join(", ")}`);
    const follow = values.follow ?? false;
    const held: { time: string; line: string }[] = [];
    const tell = (role: Role) => (found: { time: string; text: string }) => {
      if (role === "gateway" && parseAuditLine(found.text)) return;
      const line = `${found.time.replace(/\.\d+Z$/, "Z")}  ${role.padEnd(WIDTH)}${found.text}`;
      if (follow) say(line);
      else held.push({ time: found.time, line });
    };
    const ends = await Promise.all(
      there.map((role) => target.printed(engine, client, role, { follow, ...since }, tell(role))),
    );
    for (const { line } of held.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) say(line);
    const unseen = ends.flatMap((end, at) => ("unseen" in end ? [`${there[at]}: ${end.unseen}`] : []));
    for (const why of unseen) complain(`agentbox: what it printed could not be seen: ${why}`);
    return unseen.length === 0 ? 0 : 3;
  },
};

const WIDTH = 9;
