import { complain } from "../../host/say.ts";
import { hasOwnKernel } from "../../target/engine/own-kernel.ts";
import { runStep, type StepWords } from "./words.ts";

export interface ProbeRuntimeWords extends StepWords {
  /** A trusted one. */
  image: string;
  runtime: string;
}

// Proves that the engine starts containers by the runtime that is asked for, and says what kernel they have.
await runStep(async ({ engine, image, runtime }: ProbeRuntimeWords) => {
  const look = await hasOwnKernel(engine, image, runtime);
  if ("unseen" in look)
    throw new Error(
      `${look.unseen}. The agent was not touched. See what the engine's daemon.json says of ${runtime} and mend it, or leave the key runtime out; gVisor needs runtimeArgs ["--network=host"] where it says "root network namespace" (docs/runtimes.md).`,
    );
  complain(
    look.seen
      ? `${runtime} has a kernel of its own: mounts and rights in there are by the engine's word, and no look proves them`
      : `${runtime} has the engine's kernel: all walls are looked at`,
  );
});
