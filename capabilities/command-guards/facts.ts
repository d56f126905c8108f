import type { PostureFact } from "../../plan/review/fact.ts";
import { type Topic, walls } from "../../plan/review/topic.ts";
import type { Guard } from "./guard.ts";

export const guardTopics: Readonly<Record<string, Topic>> = {
  guards: walls(undefined, { unordered: "another pattern" }),
};

/** Commands that the agents' hooks refuse. */
export function guardFacts(guards: readonly Guard[]): PostureFact[] {
  return guards.map(({ name, pattern, message }) => ({
    ...{ topic: "guards", about: name, says: "", key: "guards" },
    mark: `${pattern}\n${message}`,
  }));
}
