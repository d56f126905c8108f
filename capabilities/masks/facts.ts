import type { PostureFact } from "../../plan/review/fact.ts";
import { rights, type Topic, takes } from "../../plan/review/topic.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { maskOf } from "./mask.ts";

export const maskTopics: Readonly<Record<string, Topic>> = {
  // What nobody sees, nobody changes; and a mask over a directory lies over all in it.
  masks: takes((fact, there) =>
    there.some(
      ({ about, says }) =>
        (about === fact.about || fact.about.startsWith(`${about}/`)) && (says === fact.says || says === "empty"),
    ),
  ),
  // Places where what the agent writes runs on the host.
  unmasked: rights(),
};

/**
 * What of the workspace the agent may not change, or not see.
 * @param placed mounts of the agent's container, which say what masks lie over on this host, and what has nothing in it (`emptySources`); without them it is
 * what the stack file says
 */
export function maskFacts(
  { masks }: Pick<Spec, "masks">,
  placed?: { mounts: readonly Mount[]; empty: readonly string[] },
): PostureFact[] {
  const over = placed
    ? placed.mounts.flatMap((mount) => {
        const as = maskOf(mount, placed.mounts, placed.empty);
        return as ? [{ at: mount.at, as }] : [];
      })
    : masks.flatMap(({ path, as }) => (as === "writable" ? [] : [{ at: `/workspace/${path}`, as }]));
  return [
    ...over.map(({ at, as }) => ({ topic: "masks", about: at, says: as, key: "masks" })),
    ...masks
      .filter(({ as }) => as === "writable")
      .map(({ path }) => ({ topic: "unmasked", about: `/workspace/${path}`, says: "", key: "masks" })),
  ];
}
