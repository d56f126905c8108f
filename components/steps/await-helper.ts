import { type Awaited, awaitHelper } from "../../target/engine/await-helper.ts";
import { runStep, type StepWords } from "./words.ts";

export type AwaitHelperWords = StepWords & Awaited;

// Waits until a container beside the agent is ready.
await runStep(({ engine, ...of }: AwaitHelperWords) => awaitHelper(engine, of));
