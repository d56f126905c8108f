import type { PullWords } from "../../../capabilities/image/image.ts";
import { complain } from "../../../host/say.ts";
import { lastWords, type Reach, runClient } from "../client.ts";
import { accept } from "./accept.ts";
import { acceptHelper } from "./accept-helper.ts";
import { isThere, makeOnce } from "./once.ts";

/**
 * Takes an image of the client's own, unless its tag is there: it is pulled where the engine has it not, and looked through.
 * @throws Error when it cannot be had, or is not what a sandbox needs; every tag is as it was then
 */
export function pullImage(engine: Reach, { tag, ref, needs, places = [] }: PullWords & { tag: string }): Promise<void> {
  return makeOnce(engine, tag, async () => {
    if (!(await isThere(engine, ref))) {
      complain(`${tag}  pulls ${ref}`);
      const pulled = await runClient(engine, ["pull", "--quiet", ref], { seconds: 1800 });
      if (!pulled.ok)
        throw new Error(`${tag}  ${ref} cannot be pulled (${lastWords(pulled)}); everything is as it was`);
    }
    if (needs) await accept(engine, ref, tag, needs);
    else await acceptHelper(engine, ref, tag, places);
    complain(`${tag}  is ${ref}`);
  });
}
