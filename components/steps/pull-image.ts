import type { PullWords } from "../../capabilities/image/image.ts";
import { complain } from "../../host/say.ts";
import { lastWords, runClient } from "../../target/engine/client.ts";
import { accept } from "../../target/engine/image/accept.ts";
import { isThere, makeOnce } from "../../target/engine/image/once.ts";
import { runStep, type StepWords } from "./words.ts";

export type PullImageWords = StepWords & PullWords & { tag: string };

// Takes an image of the client's own, unless its tag is there: it is pulled where the engine has it not, and looked through.
await runStep(({ engine, tag, ref, needs }: PullImageWords) =>
  makeOnce(engine, tag, async () => {
    if (!(await isThere(engine, ref))) {
      complain(`${tag}  pulls ${ref}`);
      const pulled = await runClient(engine, ["pull", "--quiet", ref], { seconds: 1800 });
      if (!pulled.ok)
        throw new Error(`${tag}  ${ref} cannot be pulled (${lastWords(pulled)}); everything is as it was`);
    }
    await accept(engine, ref, tag, needs);
    complain(`${tag}  is ${ref}`);
  }),
);
