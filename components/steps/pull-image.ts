import type { PullWords } from "../../capabilities/image/image.ts";
import { pullImage } from "../../target/engine/image/pull.ts";
import { runStep, type StepWords } from "./words.ts";

export type PullImageWords = StepWords & PullWords & { tag: string };

// Takes an image of the client's own, unless its tag is there.
await runStep(({ engine, ...image }: PullImageWords) => pullImage(engine, image));
