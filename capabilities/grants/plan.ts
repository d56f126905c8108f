import type { PostureFact } from "../../plan/review/fact.ts";
import { neutral, type Topic } from "../../plan/review/topic.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { describeAllowed } from "../egress/keys.ts";
import { grantedTwice, judgeEnds } from "./judge.ts";

/**
 * What is open until a moment. Its names are judged and opened with all of egress (capabilities/egress/), and what they give is told there; here is what is about
 * their end. The gateway has the policies before and after each end, and ends grants by its own clock.
 */
export const grants: Capability = {
  topics: { grants: neutral() } satisfies Readonly<Record<string, Topic>>,
  posture: ({ spec }) => spec.grants.map(asFact),
  check: ({ policy }) => (policy ? grantedTwice(policy) : []),
  plan: ({ spec }, { now, deployed }) => judgeEnds(spec, now, deployed),
};

function asFact({ allow, until, why }: Spec["grants"][number]): PostureFact {
  return {
    topic: "grants",
    about: describeAllowed(allow),
    says: `until ${describeMoment(until)} (${why})`,
    key: "grants",
  };
}
