import { createHash } from "node:crypto";
import type { Declared } from "../capabilities/capability.ts";
import { type FragmentText, helperFacts } from "../capabilities/helpers/facts.ts";
import { fragmentFacts } from "../capabilities/image/facts.ts";
import { declaredPosture } from "../plan/posture.ts";
import { type PostureFact, sortedFacts } from "../plan/review/fact.ts";
import type { Spec } from "../stack-file/spec.ts";
import { commandMark, contentOf } from "./command-mark.ts";
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
      .map((fact) => marked(fact, declared, root)),
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

/** A fact about files of the project's own, with what tells that they are others. */
function marked(fact: PostureFact, { spec, files }: Declared, root: string): PostureFact {
  const source = files.find((file) => file.key === fact.key && "command" in file.source)?.source;
  const mark =
    source && "command" in source ? commandMark(source.command, root) : certificateOrDotfile(fact, spec, root);
  return mark === undefined ? fact : { ...fact, mark, ofProject: true };
}

function certificateOrDotfile({ topic, about }: PostureFact, { dotfiles }: Spec, root: string): string | undefined {
  const file = topic === "ca" ? about : topic === "dotfiles" ? dotfiles[about.slice("~/".length)] : undefined;
  if (file === undefined || !inProject(file)) return undefined;
  const content = contentOf(hostPath(file, root));
  return content && createHash("sha256").update(content).digest("hex");
}
