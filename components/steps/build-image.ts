import type { BuildWords } from "../../capabilities/image/image.ts";
import { buildImage } from "../../target/engine/image/build.ts";
import { runStep, type StepWords } from "./words.ts";

export type BuildImageWords = StepWords &
  Omit<BuildWords, "dockerfile"> & { tag: string; pull?: string; texts: { Dockerfile: string } };

// Makes one image, unless its tag is there: it is pulled where that can be, else built.
await runStep(({ engine, texts: { Dockerfile: dockerfile }, ...image }: BuildImageWords) =>
  buildImage(engine, { ...image, dockerfile }),
);
