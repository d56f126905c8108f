import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const workspaceTopics: Readonly<Record<string, Topic>> = {
  workspace: graded((says, than) => says === than, { unordered: "another directory" }),
};

/** The one directory of the host that the agent may write. @param mounts of the agent's container, which say where it leads on this host */
export function workspaceFacts({ workspace }: Pick<Spec, "workspace">, mounts: readonly Mount[] = []): PostureFact[] {
  const placed = mounts.find(({ at }) => at === "/workspace");
  return [{ topic: "workspace", about: "", says: placed?.source ?? workspace, key: "workspace" }];
}
