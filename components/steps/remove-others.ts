import { type Removed, removeOthers } from "../../target/engine/remove-others.ts";
import { runStep, type StepWords } from "./words.ts";

export type RemoveOthersWords = StepWords & Removed;

// Removes doubles, and takes strangers off the client's networks.
await runStep(({ engine, ...others }: RemoveOthersWords) => removeOthers(engine, others));
