import { askPerson } from "../host/say.ts";
import type { Engine } from "../target/engine/engine.ts";
import type { Belonging } from "../target/engine/ownership.ts";
import { EngineError, surveyEngine } from "../target/engine/survey.ts";
import { Refusal } from "./command.ts";

/** What the engine has of a client, and of all of them. @throws Refusal 3 when there is no engine */
export async function belongingsOf(
  client: string,
): Promise<{ engine: Engine; clients: string[]; things: Belonging[] }> {
  const { engine, clients, belongings } = await surveyEngine().catch((error: unknown) => {
    throw error instanceof EngineError ? new Refusal(3, error.message) : error;
  });
  return { engine, clients, things: belongings.filter((thing) => thing.client === client) };
}

/** Asks for a yes. @throws Refusal where nobody can be asked */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  const answer = await askPerson(`${question} (yes/no)`);
  if (answer === undefined)
    throw new Refusal(2, `${question} Nobody can be asked here: say --yes (to make, ARGS=--yes). Nothing was changed`);
  return /^y(es)?$/i.test(answer);
}
