import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeUnused, forgetEngine } from "../host/engine-of.ts";
import { readMaker } from "../host/maker.ts";
import { complain, say } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import type { Look } from "../target/look.ts";
import { type Belonging, count, madeElsewhere, maker } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { belongingsOf, confirmed } from "./belongings.ts";
import { noSuchClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { removeDevcontainer } from "./devcontainer/files.ts";
import {
  refuseMadeElsewhere,
  refuseProtected,
  refuseProtectedByState,
  refuseProtectedElsewhere,
} from "./protection.ts";
import { engineLivedOn, type StateResources, stateResources } from "./pulumi/state.ts";
import { removeKeys } from "./ssh/keys.ts";
import { prove, readStock, type Stock, takeStock } from "./stock.ts";

export const command: Command = {
  usage: "wipe CLIENT [--yes]",
  help: `Removes all that the engine has of a client: containers, networks, and volumes with all that is in them; found by label, whatever
any state says of it. \`pulumi destroy\` ends with it. By itself it is for a client whose stack cannot be destroyed; a stack that is
left behind goes with \`pulumi stack rm --force CLIENT\`. Workspaces and stack files stay. What was there and what became of it is told at the
end, each by asking the engine or this machine; exit code 1 when something is left or could not be looked at. A client with \`protect: true\` is refused,
also by the stack file of another checkout that made it; the question names that checkout.

  --yes             does not ask

bin/pulumi calls it around a destroy with these, and nobody types them:

  --before-destroy  removes nothing: refuses what is protected or another checkout's, and prints what there is, for the option below
  --after-destroy   asks for nothing when nothing is left
  --was TEXT        what there was before

  agentbox wipe acme`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        yes: { type: "boolean" },
        "before-destroy": { type: "boolean" },
        "after-destroy": { type: "boolean" },
        was: { type: "string" },
      },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    refuseProtected(ROOT, client);
    const after = values["after-destroy"] ?? false;
    const known = values.was === undefined ? undefined : readStock(values.was);
    const resources = known ? { seen: [] } : await stateResources(ROOT, client);
    if (!after) refuseProtectedByState(client, resources);
    const address = known?.engine ?? engineLivedOn(ROOT, client, resources);
    const unused = describeUnused(client, address);
    // `agentbox destroy` has said it before it asked.
    if (unused && !after && !process.env.AGENT_SANDBOX_PROOF) complain(`agentbox: ${unused}`);
    if (values["before-destroy"]) return before(client, address, resources);
    const stock = known ?? (await takeStock(client, address));
    const { engine, clients, things } = await belongingsOf(client, address);
    if (things.length === 0) {
      if (after) return tell(client, stock);
      if (!existsSync(join(ROOT, `stacks/Pulumi.${client}.yaml`))) throw noSuchClient(client, clients);
      // What nobody could read may say that it is elsewhere.
      if ("unseen" in resources) {
        complain(
          `agentbox: the engine at ${engine.host} has nothing of ${client}; whether another one has is not known, for its state could not be read: ${resources.unseen}`,
        );
        return 1;
      }
      say(`${client}: no stack, and nothing on this engine`);
      if (removeKeys(ROOT, client)) say("  gone    its keys of ssh");
      if (removeDevcontainer(ROOT, client)) say("  gone    its devcontainer.json");
      forgetEngine(ROOT, client);
      return stays(client);
    }
    const elsewhere = madeElsewhere(client, readMaker(), things, true);
    refuseProtectedElsewhere(client, elsewhere);
    say(`On this engine there ${after ? "is still" : "is"} of ${client}, made ${maker(things, readMaker())}:`);
    for (const { kind, name } of things) say(`  ${kind} ${name}`);
    const sure = await confirmed(
      `Remove ${count(things)} of ${client}${elsewhere.length > 0 ? `, made ${maker(elsewhere, readMaker())}` : ""}, with all that is in the volumes?`,
      values.yes ?? false,
    );
    if (!sure) {
      say("nothing was changed");
      return 1;
    }
    for (const trouble of await target.remove(engine, things)) complain(trouble);
    const { things: left } = await belongingsOf(client, address);
    say(`${client}: ${count(left)} left`);
    return tell(client, stock);
  },
};

/** What there is, for a program. Of an engine that cannot be asked Pulumi tells. @throws UserError where another checkout made it */
async function before(client: string, address: Address, resources: Look<StateResources>): Promise<number> {
  let stock: Stock;
  let things: Belonging[];
  try {
    stock = await takeStock(client, address);
    things = (await belongingsOf(client, address)).things;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return 0;
  }
  const placed = "seen" in resources && resources.seen.length > 0;
  refuseMadeElsewhere(client, things, "destroy", !placed);
  say(JSON.stringify(stock));
  return 0;
}

/** Says of everything that there was what became of it. */
async function tell(client: string, stock: Stock): Promise<number> {
  const became = await prove(ROOT, client, stock);
  const stood = became.some(({ state }) => state !== "stays");
  say(
    stood
      ? `What there was of ${client}, and what became of it:`
      : `There was nothing of ${client} to remove: the engine has nothing of it, and this machine what stays`,
  );
  for (const { state, says } of became) say(`  ${state.padEnd(8)}${says}`);
  const bad = became.filter(({ state }) => state === "LEFT" || state === "UNSEEN").length;
  if (bad === 0) {
    forgetEngine(ROOT, client);
    return stays(client);
  }
  say(`${client} is NOT all gone: ${bad} of these are left, or could not be looked at`);
  return 1;
}

/** Says that the client's stack file stays. The command that Pulumi recommends after a destroy would remove it. */
function stays(client: string): number {
  const file = `stacks/Pulumi.${client}.yaml`;
  if (existsSync(join(ROOT, file))) say(`${file} stays: \`pulumi up --stack ${client}\` makes ${client} anew.`);
  return 0;
}
