import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMaker } from "../host/maker.ts";
import { complain, say } from "../host/say.ts";
import { lacks } from "../plan/lacks.ts";
import { suggest } from "../stack-file/problem.ts";
import { stackFiles } from "../stack-file/read.ts";
import { UserError } from "../stack-file/user-error.ts";
import { count, maker } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { belongingsOf, confirmed } from "./belongings.ts";
import { describeClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";

export const command: Command = {
  usage: "wipe CLIENT [--yes]",
  help: `Removes all that the engine has of a client: containers, networks, and volumes with all that is in them; found by label, whatever
any state says of it. \`pulumi destroy\` ends with it. By itself it is for a client whose stack cannot be destroyed; a stack that is
left behind goes with \`pulumi stack rm --force CLIENT\`. Workspaces and stack files stay. Exit code 1 when something is left.

  --yes             does not ask
  --after-destroy   says nothing when nothing is left`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { yes: { type: "boolean" }, "after-destroy": { type: "boolean" } },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    const after = values["after-destroy"] ?? false;
    const { engine, clients, things } = await belongingsOf(client);
    if (things.length === 0) {
      if (after) return stays(client);
      if (!existsSync(join(ROOT, `stacks/Pulumi.${client}.yaml`)))
        throw new UserError(
          2,
          `there is no client "${client}": no file in stacks/, no stack, nothing on the engine.${suggest(client, [...clients, ...stackFiles(ROOT).map((stack) => stack.client)])} ${describeClients(clients)}`,
        );
      say(`${client}: no stack, and nothing on this engine`);
      return stays(client);
    }
    say(`On this engine there ${after ? "is still" : "is"} of ${client}, made ${maker(things, readMaker())}:`);
    for (const { kind, name } of things) say(`  ${kind} ${name}`);
    const sure = await confirmed(
      `Remove ${count(things)} of ${client}, with all that is in the volumes?`,
      values.yes ?? false,
    );
    if (!sure) {
      say("nothing was changed");
      return 1;
    }
    const troubles = await target.remove(engine, things);
    const locked = lacks(engine).hostRules ? undefined : await target.unlock(engine, client);
    if (locked) troubles.push(locked);
    const { things: left } = await belongingsOf(client);
    troubles.forEach(complain);
    say(`${client}: ${count(left)} left`);
    return left.length > 0 || locked ? 1 : stays(client);
  },
};

/** Says that the client's stack file stays. The command that Pulumi recommends after a destroy would remove it. */
function stays(client: string): number {
  const file = `stacks/Pulumi.${client}.yaml`;
  if (existsSync(join(ROOT, file))) say(`${file} stays: \`pulumi up --stack ${client}\` makes ${client} anew.`);
  return 0;
}
