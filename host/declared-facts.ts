import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Declared } from "../capabilities/capability.ts";
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
 */
export function declaredFacts(
  declared: Declared,
  root: string,
  fragment: Parameters<typeof fragmentFacts>[1],
): PostureFact[] {
  const { extend } = declared.spec.image;
  return sortedFacts([
    ...declaredPosture(declared)
      .facts.filter(({ topic }) => topic !== "extend")
      .map((fact) => marked(fact, declared.spec, root)),
    ...(extend === undefined ? [] : fragmentFacts(extend, inProject(extend) ? fragment : undefined)),
  ]);
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
