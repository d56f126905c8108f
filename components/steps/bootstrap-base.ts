import { type Base, bootstrapBase } from "../../target/engine/image/bootstrap.ts";
import { runStep, type StepWords } from "./words.ts";

export type BootstrapBaseWords = StepWords & Base;

// Makes the base image, unless its tag is there.
await runStep(({ engine, ...base }: BootstrapBaseWords) => bootstrapBase(engine, base));
