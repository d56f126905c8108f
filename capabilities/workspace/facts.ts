import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const workspaceTopics: Readonly<Record<string, Topic>> = {
  workspace: graded((says, than) => says === than, { unordered: "another directory" }),
};

/** The one directory of the host that the agent may write. @param path where it leads on this host */
export function workspaceFacts({ workspace }: Pick<Spec, "workspace">, path?: string): PostureFact[] {
  return [{ topic: "workspace", about: "", says: path ?? workspace, key: "workspace" }];
}
