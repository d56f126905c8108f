import { z } from "zod";
import { request } from "../../target/engine/api.ts";
import { runStep, type StepWords } from "./words.ts";

export interface PlaceVolumesWords extends StepWords {
  /** Labels by name. */
  volumes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

// Makes the volumes that are not there. A volume that is there stays as it is, with all that is in it. The engine would make a missing one by itself when a
// container mounts it, but without the label that tells whose it is.
await runStep(async ({ engine, volumes }: PlaceVolumesWords) => {
  await Promise.all(
    Object.entries(volumes).map(([Name, Labels]) =>
      request(engine.host, "/volumes/create", z.unknown(), { method: "POST", words: { Name, Labels } }),
    ),
  );
});
