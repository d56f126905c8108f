import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** A container beside the agent, as a stack file declares it. */
export type DeclaredHelper = Spec["helpers"][string];

/** A helper as a contribution: what plan/helper-container.ts makes a container of. */
export type Helper = DeclaredHelper & { name: string };

/** Helpers of a stack file, sorted by name: their order decides nothing. */
export function helpersOf({ helpers }: Pick<Spec, "helpers">): Helper[] {
  return Object.entries(helpers)
    .map(([name, helper]) => ({ name, ...helper }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a helper's image is of, in a few words: `postgres@sha256:…`, `packages postgresql, file images/db.Dockerfile`. */
export function describeImage(image: DeclaredHelper["image"]): string {
  if (typeof image === "string") return image;
  const { packages, extend } = image;
  return [
    ...(packages.length > 0 ? [`packages ${[...packages].sort().join(" ")}`] : []),
    // An image by its name reads otherwise than a file of that name.
    ...(extend ? [`file ${asWord(extend)}`] : []),
  ].join(", ");
}

/** A word of a fact: one that a shell would take apart is quoted, and so is one with a comma, behind which a review tells another fact. */
export function asWord(text: string): string {
  return /^[\w@%+=:./-]+$/.test(text) ? text : quoted(text);
}
