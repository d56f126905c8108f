import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import { type DeliveredFile, describeSource, placeOf } from "../delivered.ts";

export const dotfileTopics: Readonly<Record<string, Topic>> = {
  dotfiles: graded((says, than) => says === than, {
    unordered: "another file",
    marked: { word: "its content changed", as: "neutral" },
  }),
};

/** Files of the host in the agent's home. @param fingerprints of their content, by place */
export function dotfileFacts(
  files: readonly DeliveredFile[],
  fingerprints: Readonly<Record<string, string>> = {},
): PostureFact[] {
  return files.flatMap((file): PostureFact[] => {
    if (file.role !== "dotfile") return [];
    const mark = fingerprints[placeOf(file)];
    const says = `(${describeSource(file.source)})`;
    return [{ topic: "dotfiles", about: `~/${file.at}`, says, key: file.key, ...(mark && { mark }) }];
  });
}
