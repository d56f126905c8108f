import { type GitKeys, keyDifferences } from "../plan/git-keys.ts";
import type { SandboxPlan } from "../plan/plan.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";

/**
 * Looks whether the keys for git that the stack knows are those that are there.
 * @param made those that the last `up` left, where it left some
 * @param present what the engine has
 * @returns whether there are keys, so that none are made anew; and what a person should know: nothing of it is mended in silence
 */
export async function lookAtGitKeys(
  engine: Engine,
  plan: SandboxPlan,
  made: GitKeys | undefined,
  present: readonly string[],
): Promise<{ there: boolean; said: string[] }> {
  const volume = plan.volumes.find(({ purpose }) => purpose === "git-keys")?.name;
  if (volume === undefined) return { there: true, said: [] };
  const there = present.includes(volume);
  if (!made) return { there, said: [] };
  if (!there) return { there, said: keyDifferences(made, undefined) };
  const { image } = plan.gateway;
  if (!present.includes(image)) return { there, said: [] };
  const look = await target.gitKeys(engine, { client: plan.client, volume, image });
  if ("unseen" in look)
    return { there, said: [`whether ${volume} has the keys that were made could not be seen: ${look.unseen}`] };
  return { there: look.seen !== undefined, said: keyDifferences(made, look.seen) };
}
