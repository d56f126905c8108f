import { removeContainers } from "../../target/engine/wipe.ts";
import { runStep, type StepWords } from "./words.ts";

export interface SweepWords extends StepWords {
  client: string;
}

// Before a destroy takes networks and volumes away: the provider waits half a minute for containers that hold them, and fails.
await runStep(({ engine, client }: SweepWords) => removeContainers(engine, client));
