import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const mountTopics: Readonly<Record<string, Topic>> = {
  mounts: graded((says, than) => source(says) === source(than) && (mode(says) === "ro" || mode(than) === "rw"), {
    unordered: "another directory",
  }),
};

/** Directories of the host besides the workspace. @param placed mounts of the agent's container, which say where they lead on this host */
export function mountFacts({ mounts }: Pick<Spec, "mounts">, placed: readonly Mount[] = []): PostureFact[] {
  return mounts.map(({ host, at, mode }, index) => {
    const mount = placed.find((one) => one.at === at);
    const says = mount ? `${mount.readOnly ? "ro" : "rw"} (${mount.source})` : `${mode} (${host})`;
    return { topic: "mounts", about: at, says, key: `mounts[${index}]` };
  });
}

function mode(says: string): string {
  return says.slice(0, 2);
}

function source(says: string): string {
  return says.slice(3);
}
