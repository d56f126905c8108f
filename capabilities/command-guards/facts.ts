import type { PostureFact } from "../../plan/review/fact.ts";
import { TOGETHER, type Topic, walls } from "../../plan/review/topic.ts";
import type { Guard } from "./guard.ts";

export const guardTopics: Readonly<Record<string, Topic>> = {
  guards: walls(undefined, {
    ...TOGETHER,
    marked: { word: "another pattern", as: "unordered" },
  }),
};

/** Commands that the agents' hooks refuse. */
export function guardFacts(guards: readonly Guard[]): PostureFact[] {
  return guards.map(({ name, pattern, message }) => ({
    ...{ topic: "guards", about: name, says: "", key: "guards" },
    mark: `${pattern}\n${message}`,
  }));
}
