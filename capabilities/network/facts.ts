import type { PostureFact } from "../../plan/review/fact.ts";
import { neutral, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const networkTopics: Readonly<Record<string, Topic>> = { "address-range": neutral() };

/** Where the client's networks come from. */
export function addressFacts({ addresses }: Pick<Spec, "addresses">): PostureFact[] {
  return [{ topic: "address-range", about: "", says: addresses, key: "addresses" }];
}
