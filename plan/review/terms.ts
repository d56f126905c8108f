import type { PostureFact } from "./fact.ts";
import type { Topic } from "./topic.ts";

/** Two postures in the terms that both have, and what was left out, as the ends of lines. */
export interface SameTerms {
  before: PostureFact[];
  after: PostureFact[];
  left: string[];
}

/**
 * Puts what an `up` left and what files declare into the same terms. An engine, a workspace and secrets decide some of what is deployed, and files alone do not know it:
 * that is left to a preview, and named.
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
  const before = deployed.filter((fact) => fact.topic in topics && isKnown(fact)).map(atHost);
  const after = declared.filter(isKnown).map(atHost);
  const unmarked = (facts: readonly PostureFact[], others: readonly PostureFact[]) =>
    facts.map((fact) => {
      const other = others.find(({ topic, about }) => topic === fact.topic && about === fact.about);
      if (!other || (fact.mark === undefined) === (other.mark === undefined)) return fact;
      left.add("whether what is read on the host was replaced or rotated: secrets, logins, files");
      const { mark: _mark, ...rest } = fact;
      return rest;
    });
  return { before: unmarked(before, after), after: unmarked(after, before), left: [...left] };
}

/** Where the gateway reaches the engine's host is the engine's to say: `host:5432` is the same port at whatever address. */
function atHost(fact: PostureFact): PostureFact {
  if (fact.topic !== "endpoints" || !fact.about.startsWith("host:")) return fact;
  return { ...fact, says: fact.says.replace(/^\S+/, "host") };
}
