import type { PostureFact } from "../../plan/review/fact.ts";
import { neutral, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const networkTopics: Readonly<Record<string, Topic>> = { "address-range": neutral(), mtu: neutral() };

/** Where the client's networks come from, and what they carry where the client says so. */
export function networkFacts({ addresses, mtu }: Pick<Spec, "addresses" | "mtu">): PostureFact[] {
  return [
    { topic: "address-range", about: "", says: addresses, key: "addresses" },
    ...(mtu ? [{ topic: "mtu", about: "", says: String(mtu), key: "mtu" }] : []),
  ];
}
