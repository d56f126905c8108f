import { askPerson } from "../host/say.ts";
import { oneLine } from "../stack-file/printable.ts";
import { runClient } from "../target/engine/client.ts";
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

const HOW = {
  container: ["rm", "--force", "--volumes"],
  network: ["network", "rm"],
  volume: ["volume", "rm"],
} as const;

/** Removes things in the order that they let go of each other. @returns what the engine said against it */
export async function removeAll(engine: Engine, things: readonly Belonging[]): Promise<string[]> {
  const troubles: string[] = [];
  for (const kind of ["container", "network", "volume"] as const)
    for (const { id, name } of things.filter((thing) => thing.kind === kind)) {
      const { code, stderr } = await runClient(engine, [...HOW[kind], id]);
      if (code !== 0) troubles.push(`${kind} ${name}: ${oneLine(stderr)}`);
    }
  return troubles;
}

/** Asks for a yes. @throws Refusal where nobody can be asked */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  const answer = await askPerson(`${question} (yes/no)`);
  if (answer === undefined)
    throw new Refusal(2, `${question} Nobody can be asked here: say --yes (to make, ARGS=--yes). Nothing was changed`);
  return /^y(es)?$/i.test(answer);
}
