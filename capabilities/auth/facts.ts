import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, TOGETHER, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { covers } from "./domain.ts";

/** How domains compare: one below a wildcard is given by it. */
export const authTopics: Readonly<Record<string, Topic>> = {
  auth: gives(({ about }, there) => there.some((other) => covers(other.about, about)), TOGETHER),
};

/** What an agent may ask a person to open, a domain a fact. */
export function authFacts({ auth }: Pick<Spec, "auth">): PostureFact[] {
  return [...new Set(auth.domains)].map((about) => ({ topic: "auth", about, says: "", key: "auth.domains" }));
}

/** The domains of a posture: what the last `up` put into force. */
export function domainsOf(facts: readonly PostureFact[]): string[] {
  return facts.filter(({ topic }) => topic === "auth").map(({ about }) => about);
}
