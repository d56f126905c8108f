import { complain } from "../../host/say.ts";
import { wipe } from "../../target/engine/wipe.ts";
import { runStep, type StepWords } from "./words.ts";

export interface WipeWords extends StepWords {
  client: string;
  /** Names of the volumes that the stack planned. */
  volumes: readonly string[];
}

// The last step of a destroy: nothing of the client may be left on the engine.
await runStep(async ({ engine, client, volumes }: WipeWords) => {
  const left = await wipe(engine, client, volumes);
  if (left.length > 0) throw new Error(`still on the engine, with the label of ${client}: ${left.join(", ")}`);
  complain(`${client}: 0 containers, 0 networks, 0 volumes left`);
});
