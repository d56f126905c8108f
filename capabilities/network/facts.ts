import type { PostureFact } from "../../plan/review/fact.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** Where the client's networks come from. Once they are placed, their own addresses say it (plan/posture.ts). */
export function addressFacts({ addresses }: Pick<Spec, "addresses">): PostureFact[] {
  return [{ topic: "addresses", about: "range", says: addresses, key: "addresses" }];
}
