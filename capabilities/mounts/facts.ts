import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const mountTopics: Readonly<Record<string, Topic>> = {
  mounts: graded((says, than) => source(says) === source(than) && (mode(says) === "ro" || mode(than) === "rw"), {
    unordered: "another directory",
  }),
};

/** Directories of the host besides the workspace. @param paths where they lead on this host, in the order of the spec */
export function mountFacts({ mounts }: Pick<Spec, "mounts">, paths?: readonly { path: string }[]): PostureFact[] {
  return mounts.map(({ host, at, mode }, index) => ({
    topic: "mounts",
    about: at,
    says: `${mode} (${paths?.[index]?.path ?? host})`,
    key: `mounts[${index}]`,
  }));
}

function mode(says: string): string {
  return says.slice(0, 2);
}

function source(says: string): string {
  return says.slice(3);
}
