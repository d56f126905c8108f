import type { BuildWords } from "../../capabilities/image/image.ts";
import { buildImage } from "../../target/engine/image/build.ts";
import { runStep, type StepWords } from "./words.ts";

export type BuildImageWords = StepWords & BuildWords & { tag: string };

// Builds one image, unless its tag is there.
await runStep(({ engine, ...image }: BuildImageWords) => buildImage(engine, image));
