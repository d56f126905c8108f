import { type LimitsOf, setLimits } from "../../target/engine/set-limits.ts";
import { runStep, type StepWords } from "./words.ts";

export interface SetLimitsWords extends StepWords {
  containers: LimitsOf;
}

// Sets what containers may use, while they run.
await runStep(({ engine, containers }: SetLimitsWords) => setLimits(engine, containers));
