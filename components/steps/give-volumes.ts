import { type Gift, giveVolumes } from "../../target/engine/give-volumes.ts";
import { runStep, type StepWords } from "./words.ts";

export type GiveVolumesWords = StepWords & Gift;

// Gives a client's volumes to the owner of its workspace.
await runStep(({ engine, ...gift }: GiveVolumesWords) => giveVolumes(engine, gift));
