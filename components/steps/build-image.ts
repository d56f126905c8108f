import type { BuildWords } from "../../capabilities/image/image.ts";
import { buildImage } from "../../target/engine/image/build.ts";
import { runStep, type StepWords } from "./words.ts";

export type BuildImageWords = StepWords &
  Omit<BuildWords, "dockerfile"> & { tag: string; texts: { Dockerfile: string } };

// Builds one image, unless its tag is there.
await runStep(({ engine, texts: { Dockerfile: dockerfile }, ...image }: BuildImageWords) =>
  buildImage(engine, { ...image, dockerfile }),
);
