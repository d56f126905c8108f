import { aside } from "../../plan/names.ts";
import type { Verdict } from "../../plan/proof/judge.ts";
import type { Proof } from "../../plan/proof/proof.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Look } from "../look.ts";
import { isGone, type Reach, runClient } from "./client.ts";
import { inspectByClient } from "./inspect.ts";
import { tryWalls } from "./walls.ts";

/** Tries the walls of an agent that is to run all the while. Of one that does not, or whose state cannot be seen, that is a verdict, too. */
export async function proveWalls(
  engine: Reach,
  of: { client: string; agent: string; image: string; proof: Proof },
): Promise<Verdict[]> {
  const { tried, apart } = await tryWhileItRuns(engine, of);
  return [...tried, ...apart];
}

/**
 * The same of a container beside the agent, which may end again and again by a typo in its command. What was tried while it did not run says nothing of its walls, an interface
 * that is missing say, so it is left out: what is left is unseen, and proves nothing.
 */
export async function proveBeside(
  engine: Reach,
  { helper, ...of }: { client: string; helper: string; image: string; proof: Proof },
): Promise<Verdict[]> {
  const { tried, apart } = await tryWhileItRuns(engine, { ...of, agent: helper });
  return apart.length > 0 ? apart : tried;
}

/** What was tried of a container, and the verdict of one that did not run all the while. */
async function tryWhileItRuns(
  engine: Reach,
  of: { client: string; agent: string; image: string; proof: Proof },
): Promise<{ tried: Verdict[]; apart: Verdict[] }> {
  const before = await standing(engine, of.agent);
  const tried = runs(before) ? await tryWalls(engine, of) : [];
  return { tried, apart: unsteady(of.agent, before, await standing(engine, of.agent)) };
}

/** Removes what was set aside for these containers. */
export async function removeAside(engine: Reach, containers: readonly string[]): Promise<void> {
  await runClient(engine, ["rm", "--force", ...containers.map(aside)]);
}

/**
 * Stops an agent.
 * @returns why it may still run, or nothing; and what it said last, where it had ended by itself
 */
export async function stopAgent(engine: Reach, agent: string): Promise<{ left?: string; last?: string }> {
  const ended = !runs(await standing(engine, agent));
  const stopped = await runClient(engine, ["stop", "--time", "1", agent]);
  const said = await runClient(engine, ["logs", "--tail", "5", agent]);
  const last = oneLine(said.stdout + said.stderr);
  return {
    ...(!stopped.ok && !isGone(stopped) && { left: stopped.why }),
    ...(ended && last && { last }),
  };
}

/** Status and start time of the agent's container. The start time shows a container that ends and restarts between two looks. */
async function standing(engine: Reach, agent: string): Promise<Look<string>> {
  const look = await inspectByClient(engine, agent);
  if ("unseen" in look) return look;
  return { seen: look.seen ? `${look.seen.State.Status} since ${look.seen.State.StartedAt}` : "gone" };
}

/** A verdict when the agent's container did not run all the time while its walls were tried. */
function unsteady(agent: string, before: Look<string>, after: Look<string>): Verdict[] {
  const look = "unseen" in before ? before : after;
  if ("unseen" in look) return [{ verdict: "unseen", what: `whether ${agent} runs could not be seen: ${look.unseen}` }];
  if (!runs(before)) return [{ verdict: "unseen", what: `${agent} does not run: it is ${look.seen}` }];
  if ("seen" in before && before.seen !== look.seen)
    return [{ verdict: "unseen", what: `${agent} does not stay up: it was ${before.seen}, and is ${look.seen}` }];
  return [];
}

function runs(look: Look<string>): boolean {
  return "seen" in look && look.seen.startsWith("running ");
}
