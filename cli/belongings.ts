import { engineOf } from "../host/engine-of.ts";
import { askPerson } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Look } from "../target/look.ts";
import type { Belonging } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { refuseMadeElsewhere } from "./protection.ts";

/** What an engine has of a client, and of all of them. @throws UserError 3 when there is no engine */
export async function belongingsOf(
  client: string,
  address: Address,
): Promise<{ engine: Engine; clients: string[]; things: Belonging[] }> {
  const { engine, clients, belongings } = await target.survey(address);
  return { engine, clients, things: belongings.filter((thing) => thing.client === client) };
}

/**
 * What there is of a client that a command is about to change, where its engine says it. Without an answer the `up` that follows tells why.
 * @throws UserError where another checkout made it
 */
export async function ownBelongings(
  root: string,
  client: string,
  command: Parameters<typeof refuseMadeElsewhere>[2],
): Promise<Look<Belonging[]>> {
  let things: Belonging[];
  try {
    things = (await belongingsOf(client, engineOf(root, client))).things;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { unseen: error.message };
  }
  refuseMadeElsewhere(client, things, command);
  return { seen: things };
}

/** Asks for a yes. @throws UserError when there is no terminal to answer at */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  const answer = await askPerson(`${question} (yes/no)`);
  if (answer === undefined)
    throw new UserError(
      2,
      `${question} Nobody can be asked here: say --yes (to make, ARGS=--yes). Nothing was changed`,
    );
  return /^y(es)?$/i.test(answer);
}
