import type { PostureFact } from "../../plan/review/fact.ts";
import { TOGETHER, type Topic, walls } from "../../plan/review/topic.ts";
import type { Guard } from "./guard.ts";

export const guardTopics: Readonly<Record<string, Topic>> = {
  guards: walls(undefined, {
    ...TOGETHER,
    marked: { word: "another pattern", as: "unordered" },
  }),
};

/** Of two guards another one each: with a line's end in one of the two, where the one ends and the other begins is as JSON has it. */
function markOf(pattern: string, message: string): string {
  return /\n/.test(pattern + message) ? JSON.stringify([pattern, message]) : `${pattern}\n${message}`;
}

/** Commands that the agents' hooks refuse. */
export function guardFacts(guards: readonly Guard[]): PostureFact[] {
  return guards.map(({ name, pattern, message }) => ({
    ...{ topic: "guards", about: name, says: "", key: "guards" },
    mark: markOf(pattern, message),
  }));
}
