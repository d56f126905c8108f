import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { directoryOf } from "./keys.ts";

export const workspaceTopics: Readonly<Record<string, Topic>> = {
  workspace: graded((says, than) => says === than, { unordered: "another directory" }),
};

const VOLUME = "a volume of its own";

/** The one directory that the agent may write. @param mounts of the agent's container, which say where it leads on this host */
export function workspaceFacts({ workspace }: Pick<Spec, "workspace">, mounts: readonly Mount[] = []): PostureFact[] {
  const placed = mounts.find(({ at }) => at === "/workspace");
  const isVolume = placed ? placed.kind === "volume" : typeof workspace !== "string";
  const directory = placed?.source ?? directoryOf(workspace) ?? "";
  // A directory of that name reads otherwise than the volume.
  const says = isVolume ? VOLUME : directory === VOLUME ? `./${VOLUME}` : directory;
  return [{ topic: "workspace", about: "", says, key: "workspace" }];
}
