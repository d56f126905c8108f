import { placeVolumes } from "../../target/engine/place-volumes.ts";
import { runStep, type StepWords } from "./words.ts";

export interface PlaceVolumesWords extends StepWords {
  /** Labels by name. */
  volumes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

// Makes the volumes that are not there.
await runStep(({ engine, volumes }: PlaceVolumesWords) => placeVolumes(engine, volumes));
