import { complain, say } from "../../host/say.ts";
import { describeProof, describeSilent, describeWhen } from "../../plan/proof/describe.ts";
import { isProven, type Verdict } from "../../plan/proof/judge.ts";
import type { Proof } from "../../plan/proof/proof.ts";
import type { Reach } from "../../target/engine/client.ts";
import { proveBeside, proveWalls, removeAside, stopAgent } from "../../target/engine/prove.ts";
import { type LimitsOf, setLimits } from "../../target/engine/set-limits.ts";
import { runStep, type StepWords } from "./words.ts";

export interface ProveWallsWords extends StepWords {
  client: string;
  /** The agent's container. */
  agent: string;
  /** What is proven of each container beside the agent, by its name. */
  helpers?: Readonly<Record<string, Proof>>;
  /** The client's containers. The old ones that were set aside for them are removed after the proof. */
  containers: readonly string[];
  /** The trusted image from which witness and canary run, in the agent's namespaces. */
  image: string;
  proof: Proof;
  /** What containers may use: set before anything is proven. */
  limits: LimitsOf;
}

// Proves the walls of a client from where its agent stands, and from outside its container. When one has a hole, or cannot be seen, the agent is left
// stopped. On stdout one line that the stack keeps; on stderr what a person should see.
await runStep(async ({ engine, client, agent, image, containers, proof, helpers = {}, limits }: ProveWallsWords) => {
  const unset = await setLimits(engine, limits);
  const unlimited = (name: string): Verdict[] => {
    const why = unset.get(name);
    return why === undefined ? [] : [{ verdict: "unseen", what: `limits of ${name} that could not be set: ${why}` }];
  };
  // Of a helper that ends again and again they cannot be set either, which says nothing of the agent.
  const others = Object.keys(limits).filter((name) => !Object.hasOwn(helpers, name));
  const own = [...others.flatMap(unlimited), ...(await proveWalls(engine, { client, agent, image, proof }))];
  // One after the other: each takes as many packets as the gateway's audit tells of in a second.
  const beside: [helper: string, found: Verdict[]][] = [];
  for (const [helper, proof] of Object.entries(helpers)) {
    const found = await proveBeside(engine, { client, helper, image, proof });
    const named = found.map((verdict) => ({ ...verdict, what: `${helper}: ${verdict.what}` }));
    beside.push([helper, [...unlimited(helper), ...named]]);
  }
  const verdicts = [...own, ...beside.flatMap(([, found]) => found)];

  for (const { verdict, what, why } of verdicts)
    if (verdict !== "ok") complain(`${verdict.padEnd(6)} ${what}${why === undefined ? "" : ` (${why})`}`);
  complain(describeProof(verdicts));

  // Removes the old containers, whatever was found: what was proven of them is not known any more, so they must not come back.
  await removeAside(engine, containers);
  const hole = verdicts.some(({ verdict }) => verdict === "LEAK");
  if (hole || !isProven(own)) {
    const why = hole
      ? `a wall of ${agent} has a hole (LEAK above)`
      : `the walls of ${agent} are not proven: not everything could be seen (above)`;
    const { left, last } = await stopAgent(engine, agent);
    // An agent may have left a program of its own in a helper, and that would go on behind a wall that has a hole.
    await stopHelpers(engine, Object.keys(helpers));
    if (last) complain(`its last words: ${last}`);
    complain(why);
    if (left !== undefined)
      throw new Error(
        `The agent could NOT be stopped (${left}). Stop it: ${engine.cli} rm --force ${agent}. Then mend the cause and run the same command again.`,
      );
    throw new Error("The agent is stopped. Mend the cause and run the same command again.");
  }
  // One that ends again and again cannot be looked at, and is no reason to end what an agent is at: its own walls hold.
  const unseen = beside.flatMap(([helper, found]) => (isProven(found) ? [] : [helper]));
  if (unseen.length > 0) {
    await stopHelpers(engine, unseen);
    throw new Error(
      `The walls of ${unseen.join(" and ")} are not proven: not everything could be seen (above). The agent goes on, for its own walls hold; only what is named is stopped. See ${engine.cli} logs ${unseen[0]}, mend the cause and run the same command again.`,
    );
  }
  // Says when, for a proof says nothing about later. An allowed destination that does not answer is no hole; it is named here because Pulumi shows nothing else of a
  // step that went well, and in few words because Pulumi cuts long texts.
  const time = new Date().toISOString().slice(0, 16).replace("T", " ");
  say(`${describeWhen(verdicts, `${time} UTC`)}${describeSilent(verdicts)}`);
});

/** One that cannot be stopped is named: nothing else is done about it. */
async function stopHelpers(engine: Reach, helpers: readonly string[]): Promise<void> {
  for (const helper of helpers) {
    const { left } = await stopAgent(engine, helper);
    if (left !== undefined) complain(`${helper} could not be stopped: ${left}`);
  }
}
