import type { PostureFact } from "./fact.ts";
import type { Topic } from "./topic.ts";

/** Two postures in the terms that both have, and what was left out, as the ends of lines. */
export interface SameTerms {
  before: PostureFact[];
  after: PostureFact[];
  left: string[];
}

/**
 * Puts what an `up` left and what files declare into the same terms. An engine decides some of what is deployed, and files alone do not know it: that is left to a preview,
 * and named.
 * @param topics of what files declare
 * @param unknown what the declaration could not look at, by topic and subject: `mounts /docs`; a topic alone is all of it
 */
export function inSameTerms(
  deployed: readonly PostureFact[],
  declared: readonly PostureFact[],
  topics: Readonly<Record<string, Topic>>,
  unknown: readonly { topic: string; about?: string; why: string }[] = [],
): SameTerms {
  const left = new Set<string>();
  const isKnown = ({ topic, about }: PostureFact) => {
    const why = unknown.find((one) => one.topic === topic && (one.about === undefined || one.about === about))?.why;
    if (why) left.add(why);
    return !why;
  };
  const placed = deployed.filter(({ topic }) => !(topic in topics));
  if (placed.length > 0)
    left.add(`what only an engine makes of it: ${[...new Set(placed.map(({ topic }) => topic))].join(", ")}`);
  const before = deployed.filter((fact) => fact.topic in topics && isKnown(fact));
  return { before, after: declared.filter(isKnown), left: [...left] };
}
