import type { PostureFact } from "../../plan/review/fact.ts";
import { neutral, type Topic, walls } from "../../plan/review/topic.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import { describeSpan } from "../../stack-file/span.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const lifetimeTopics: Readonly<Record<string, Topic>> = {
  // An end is a wall, and one that comes later holds back less. The later of two is the greater text.
  expires: walls((says, than) => says >= than),
  idle: neutral(),
};

export function lifetimeFacts({ expires, idle }: Pick<Spec, "expires" | "idle">): PostureFact[] {
  return [
    ...(expires === undefined ? [] : [{ topic: "expires", about: "", says: describeMoment(expires), key: "expires" }]),
    ...(idle === undefined
      ? []
      : [{ topic: "idle", about: "", says: `stopped after ${describeSpan(idle)}`, key: "idle" }]),
  ];
}
