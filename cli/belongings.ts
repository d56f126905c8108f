import { askPerson } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Belonging } from "../target/ownership.ts";
import { target } from "../target/target.ts";

/** What an engine has of a client, and of all of them. @throws UserError 3 when there is no engine */
export async function belongingsOf(
  client: string,
  address: Address,
): Promise<{ engine: Engine; clients: string[]; things: Belonging[] }> {
  const { engine, clients, belongings } = await target.survey(address);
  return { engine, clients, things: belongings.filter((thing) => thing.client === client) };
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
