import { unlock } from "../../target/engine/unlock.ts";
import { runStep, type StepWords } from "./words.ts";

export interface UnlockWords extends StepWords {
  client: string;
}

// When the last container is gone: until then the lock's rules hold.
await runStep(async ({ engine, client }: UnlockWords) => {
  const why = await unlock(engine, client);
  if (why) throw new Error(why);
});
