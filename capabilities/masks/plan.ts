import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import { names } from "../../plan/names.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Capability } from "../capability.ts";
import { maskFacts, maskTopics } from "./facts.ts";
import { emptySources, maskMounts } from "./mask.ts";

/** What of the workspace the agent may not change, or not see. */
export const masks: Capability = {
  plan: ({ client }, facts) => ({
    mounts: maskMounts(facts, names(client).volume("empty")),
    problems: unmountable(facts),
    warnings: facts.warnings,
  }),
  posture: ({ client, spec }, placed) =>
    maskFacts(spec, placed && { mounts: placed.agent.mounts, empty: emptySources(client, placed.facts) }),
  topics: maskTopics,
};

function unmountable({ masks, engine }: Facts): Problem[] {
  const why = lacks(engine).colons;
  if (why === undefined) return [];
  return masks
    .filter(({ path }) => path.includes(":"))
    .map(({ path }) => ({
      path: "masks",
      message: `${path} has a colon in its name, with which ${why}; rename it`,
    }));
}
