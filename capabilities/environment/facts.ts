import type { PostureFact } from "../../plan/review/fact.ts";
import { neutral, type Topic } from "../../plan/review/topic.ts";
import { ALL, type DeliveredFile } from "../delivered.ts";

/** A plain variable gives the agent nothing that it could not set itself: names that steer the sandbox's own programs are refused. */
export const environmentTopics: Readonly<Record<string, Topic>> = { environment: neutral() };

/** Variables with their values: none of them is a secret. */
export function environmentFacts(files: readonly DeliveredFile[]): PostureFact[] {
  return files.flatMap((file): PostureFact[] => {
    if (file.role !== "variable" || !("text" in file.source)) return [];
    const about = file.reader === ALL ? file.name : `${file.reader}/${file.name}`;
    return [{ topic: "environment", about, says: JSON.stringify(file.source.text), key: file.key }];
  });
}
