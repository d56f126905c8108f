import { complain } from "../../host/say.ts";
import { type GpuRequest, probeGpu } from "../../target/engine/probe-gpu.ts";
import { runStep, type StepWords } from "./words.ts";

export type ProbeGpuWords = StepWords & GpuRequest;

// Proves that the engine hands out the GPU that is asked for.
await runStep(async ({ engine, ...request }: ProbeGpuWords) => complain(await probeGpu(engine, request)));
