import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** What each profile is no wider than, besides itself. `offline` and `lockdown` close different things. */
const AT_MOST: Readonly<Record<string, readonly string[]>> = {
  offline: ["standard", "web"],
  lockdown: ["standard", "web"],
  standard: ["web"],
};

export const profileTopics: Readonly<Record<string, Topic>> = {
  profile: graded((says, than) => says === than || (AT_MOST[says]?.includes(than) ?? false), {
    unordered: "the two close different things",
  }),
};

export function profileFacts({ profile }: Pick<Spec, "profile">): PostureFact[] {
  return [{ topic: "profile", about: "", says: profile, key: "profile" }];
}
