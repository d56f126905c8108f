import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { engineOf } from "../host/engine-of.ts";
import { readMaker } from "../host/maker.ts";
import { complain, say } from "../host/say.ts";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { count, maker } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { belongingsOf, confirmed } from "./belongings.ts";
import { describeClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { readStateIds } from "./pulumi/state.ts";

export const command: Command = {
  usage: "take-over CLIENT [--yes]",
  help: `Takes over a client that lives on the engine and that this checkout's state does not know: because another checkout made it, or because
the state it was made with is gone. Its containers and networks are removed; the next \`pulumi up\` makes them anew on the volumes, which
stay with all that is in them. Whoever runs in it now is stopped. Its stack file has to be here.

  --yes   does not ask

  agentbox take-over acme`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { yes: { type: "boolean" } } });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    const asker = readMaker();
    const address = engineOf(ROOT, client);
    const { engine, clients, things } = await belongingsOf(client, address);
    if (things.length === 0)
      throw new UserError(
        2,
        `nothing on this engine belongs to a client "${client}".${suggest(client, clients)} ${describeClients(clients)}`,
      );
    if (!existsSync(join(ROOT, `stacks/Pulumi.${client}.yaml`)))
      throw new UserError(
        2,
        `there is no stacks/Pulumi.${client}.yaml to make ${client} anew with: write or copy it first. Nothing was changed`,
      );
    const placed = things.filter(({ kind }) => kind !== "volume");
    if (placed.length === 0)
      throw new UserError(2, `of ${client} there are only volumes, which the next \`pulumi up\` takes as they are`);
    // A thing with this state's own id needs no taking over, unless the state has lost it.
    if (placed.every(({ state }) => state === undefined || state === asker?.state)) {
      const known = await readStateIds(ROOT, client);
      if (placed.every(({ kind, id }) => kind === "network" || known.has(id)))
        throw new UserError(
          2,
          `${client} is this checkout's already: there is nothing to take over. \`pulumi up --refresh --stack ${client}\` repairs. Nothing was changed`,
        );
    }
    say(`${client} was made ${maker(things, asker)}:`);
    for (const { kind, name } of things) say(`  ${kind} ${name}${kind === "volume" ? ", stays" : ""}`);
    const sure = await confirmed(
      `Remove its containers and networks, and keep its volumes for an up here?`,
      values.yes ?? false,
    );
    if (!sure) {
      say("nothing was changed");
      return 1;
    }
    const troubles = await target.remove(engine, placed);
    troubles.forEach(complain);
    const { things: left } = await belongingsOf(client, address);
    const still = left.filter(({ kind }) => kind !== "volume");
    if (still.length > 0) {
      say(`${client}: ${count(still)} could not be removed`);
      return 1;
    }
    say(`${client} is free to be made here: pulumi up --refresh --stack ${client}`);
    if (things.some(({ state, path }) => state && state !== asker?.state && path !== asker?.path))
      say(
        `The state that made it still lists what was removed: there, run pulumi stack rm --force ${client}, and take its stack file away.`,
      );
    return 0;
  },
};
