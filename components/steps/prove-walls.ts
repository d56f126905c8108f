import { complain, say } from "../../host/say.ts";
import { aside } from "../../plan/names.ts";
import { isProven, type Verdict } from "../../plan/proof/judge.ts";
import type { Proof } from "../../plan/proof/proof.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { isGone, runClient } from "../../target/engine/client.ts";
import { inspectByClient } from "../../target/engine/inspect.ts";
import { tryWalls } from "../../target/engine/walls.ts";
import type { Look } from "../../target/look.ts";
import { runStep, type StepWords } from "./words.ts";

export interface ProveWallsWords extends StepWords {
  client: string;
  /** The agent's container. */
  agent: string;
  /** The client's containers. The old ones that were set aside for them are removed after the proof. */
  containers: readonly string[];
  /** The trusted image from which witness and canary run, in the agent's namespaces. */
  image: string;
  proof: Proof;
}

/** Status and start time of the agent's container. The start time shows a container that ends and restarts between two looks. */
async function standing(engine: ProveWallsWords["engine"], agent: string): Promise<Look<string>> {
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

// Proves the walls of a client from where its agent stands, and from outside its container. When one has a hole, or cannot be seen, the agent is left
// stopped. On stdout one line that the stack keeps; on stderr what a person should see.
await runStep(async ({ engine, client, agent, image, containers, proof }: ProveWallsWords) => {
  const before = await standing(engine, agent);
  const tried = runs(before) ? await tryWalls(engine, { client, agent, image, proof }) : [];
  const verdicts = [...tried, ...unsteady(agent, before, await standing(engine, agent))];

  for (const { verdict, what } of verdicts) if (verdict !== "ok") complain(`${verdict.padEnd(6)} ${what}`);
  const held = verdicts.filter(({ verdict }) => verdict === "ok").length;
  complain(`${held} of ${verdicts.length} looks and probes found the walls as planned`);

  // Removes the old containers, whatever was found: what was proven of them is not known any more, so they must not come back.
  await runClient(engine, ["rm", "--force", ...containers.map(aside)]);
  if (!isProven(verdicts)) {
    const stopped = await runClient(engine, ["stop", "--time", "1", agent]);
    const why = verdicts.some(({ verdict }) => verdict === "LEAK")
      ? `a wall of ${agent} has a hole (LEAK above)`
      : `the walls of ${agent} are not proven: not everything could be seen (above)`;
    const said = await runClient(engine, ["logs", "--tail", "5", agent]);
    const last = oneLine(said.stdout + said.stderr);
    if (last && !runs(before)) complain(`its last words: ${last}`);
    complain(why);
    if (!stopped.ok && !isGone(stopped))
      throw new Error(
        `The agent could NOT be stopped (${stopped.why}). Stop it: ${engine.cli} rm --force ${agent}. Then mend the cause and run the same command again.`,
      );
    throw new Error("The agent is stopped. Mend the cause and run the same command again.");
  }
  // Says when, for a proof says nothing about later. An allowed destination that does not answer is no hole; it is named here because Pulumi shows nothing else of a
  // step that went well, and in few words because Pulumi cuts long texts.
  const down = verdicts.filter(({ verdict }) => verdict === "down").map(({ what }) => what.split(" ").at(-1));
  const time = new Date().toISOString().slice(0, 16).replace("T", " ");
  const silent =
    down.length > 0 ? `; no answer from ${down.join(" ")}: it is down, or the way to it; the walls hold` : "";
  say(`proven at ${time} UTC${silent}`);
});
