import { complain } from "../../host/say.ts";
import { unlock } from "../../target/engine/unlock.ts";
import { removeContainers, wipe } from "../../target/engine/wipe.ts";
import { runStep, type StepWords } from "./words.ts";

export interface WipeWords extends StepWords {
  client: string;
  /** Names of the volumes that the stack planned. */
  volumes: readonly string[];
  /** Whether the client has a lock: its rules go when the last container is gone. */
  locked: boolean;
}

// The last step of a destroy: nothing of the client may be left on the engine.
await runStep(async ({ engine, client, volumes, locked }: WipeWords) => {
  await removeContainers(engine, client);
  const [left, why] = await Promise.all([wipe(engine, client, volumes), locked ? unlock(engine, client) : undefined]);
  if (why) throw new Error(why);
  if (left.length > 0) throw new Error(`still on the engine, with the label of ${client}: ${left.join(", ")}`);
  complain(`${client}: 0 containers, 0 networks, 0 volumes left`);
});
