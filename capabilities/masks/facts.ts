import type { PostureFact } from "../../plan/review/fact.ts";
import { rights, type Topic, walls } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Mask } from "./mask.ts";

export const maskTopics: Readonly<Record<string, Topic>> = {
  // What nobody sees, nobody changes.
  masks: walls((says, than) => says === than || than === "empty"),
  // Places where what the agent writes runs on the host.
  unmasked: rights(),
};

/**
 * What of the workspace the agent may not change, or not see.
 * @param placed the places that masks lie over on this host; without them it is what the stack file says
 */
export function maskFacts(
  { masks }: Pick<Spec, "masks">,
  placed?: readonly Pick<Mask, "path" | "as">[],
): PostureFact[] {
  return [
    ...(placed ?? masks.filter(({ as }) => as !== "writable")).map(({ path, as }) => ({
      topic: "masks",
      about: `/workspace/${path}`,
      says: as,
      key: "masks",
    })),
    ...masks
      .filter(({ as }) => as === "writable")
      .map(({ path }) => ({ topic: "unmasked", about: `/workspace/${path}`, says: "", key: "masks" })),
  ];
}
