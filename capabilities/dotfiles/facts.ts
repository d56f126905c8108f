import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { placeOf } from "../delivered.ts";

export const dotfileTopics: Readonly<Record<string, Topic>> = {
  dotfiles: graded((says, than) => says === than, {
    unordered: "another file",
    marked: { word: "its content changed", as: "neutral" },
  }),
};

/** Files of the host in the agent's home. @param fingerprints of their content, by place */
export function dotfileFacts(
  { dotfiles }: Pick<Spec, "dotfiles">,
  fingerprints?: Readonly<Record<string, string>>,
): PostureFact[] {
  return Object.entries(dotfiles).map(([at, file]) => {
    const mark = fingerprints?.[placeOf({ role: "dotfile", at })];
    return { topic: "dotfiles", about: `~/${at}`, says: `(${file})`, key: `dotfiles.${at}`, ...(mark && { mark }) };
  });
}
