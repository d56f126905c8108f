import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Declared } from "../capabilities/capability.ts";
import { type FragmentText, helperFacts } from "../capabilities/helpers/facts.ts";
import { fragmentFacts } from "../capabilities/image/facts.ts";
import { declaredPosture } from "../plan/posture.ts";
import { type PostureFact, sortedFacts } from "../plan/review/fact.ts";
import type { Spec } from "../stack-file/spec.ts";
import { inProject } from "./in-project.ts";
import { hostPath } from "./path.ts";

/**
 * What the files of a project declare of a client, with marks of what its own files hold: the same for a review of two revisions and for an `up`, so that what somebody has
 * approved in the one is what the other places, content and all.
 * @param fragment what `image.extend` says, where it was read
 * @param helpers what images of helpers are built of, by helper
 */
export function declaredFacts(
  declared: Declared,
  root: string,
  fragment: FragmentText | undefined,
  helpers: Readonly<Record<string, { fragment?: FragmentText }>> = {},
): PostureFact[] {
  const { spec } = declared;
  const { extend } = spec.image;
  const own = Object.entries(helpers).filter(([name]) => isOwnFragment(spec, name));
  return sortedFacts([
    ...declaredPosture(declared)
      .facts.filter(({ topic }) => topic !== "extend" && topic !== HELPER_IMAGES)
      .map((fact) => marked(fact, spec, root)),
    ...helperFacts(spec, Object.fromEntries(own)).filter(({ topic }) => topic === HELPER_IMAGES),
    ...(extend === undefined ? [] : fragmentFacts(extend, inProject(extend) ? fragment : undefined)),
  ]);
}

const HELPER_IMAGES = "helper-images";

/** Whether a helper's image is built of a fragment in the project. */
export function isOwnFragment({ helpers }: Spec, name: string): boolean {
  const image = helpers[name]?.image;
  return typeof image === "object" && image.extend !== undefined && inProject(image.extend);
}

/** A fact about a file of the project's own, with what tells that the file is another one. */
function marked(fact: PostureFact, { dotfiles }: Spec, root: string): PostureFact {
  const file =
    fact.topic === "ca" ? fact.about : fact.topic === "dotfiles" ? dotfiles[fact.about.slice("~/".length)] : undefined;
  if (file === undefined || !inProject(file)) return fact;
  try {
    return {
      ...fact,
      mark: createHash("sha256")
        .update(readFileSync(hostPath(file, root)))
        .digest("hex"),
    };
  } catch {
    // Whether it is there is the survey's to say.
    return fact;
  }
}
