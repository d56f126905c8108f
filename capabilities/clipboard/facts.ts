import type { PostureFact } from "../../plan/review/fact.ts";
import { rights, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** What fills a person's clipboard decides what that person pastes next, maybe into a shell of their own. */
export const clipboardTopics: Readonly<Record<string, Topic>> = { clipboard: rights() };

export function clipboardFacts({ clipboard }: Pick<Spec, "clipboard">): PostureFact[] {
  return clipboard === "none" ? [] : [{ topic: "clipboard", about: clipboard, says: "", key: "clipboard" }];
}
