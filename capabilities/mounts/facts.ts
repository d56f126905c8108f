import type { FoundMount } from "../../plan/facts.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";

export const mountTopics: Readonly<Record<string, Topic>> = {
  mounts: graded(
    (says, than) => {
      const [one, other] = [parse(says), parse(than)];
      return one.source === other.source && one.mode <= other.mode && one.when <= other.when;
    },
    { unordered: "another directory or file" },
  ),
};

/** Directories and files of the host besides the workspace. @param placed where they lead on this host, and what of it the agent's container has */
export function mountFacts(
  { mounts }: Pick<Spec, "mounts">,
  placed?: { found: readonly FoundMount[]; mounts: readonly Mount[] },
): PostureFact[] {
  return mounts.map(({ host, at, mode, when, create }, index) => {
    const mount = placed?.mounts.find((one) => one.at === at);
    const absent = placed?.found[index]?.is === "absent" && !mount ? placed.found[index] : undefined;
    const says = mount
      ? `${mount.readOnly ? "ro" : "rw"} (${mount.source})`
      : `${absent ? ABSENT : mode} (${absent?.path ?? host})`;
    const more = absent ? "" : when === "exists" ? WHEN : create ? ` made as a ${create} where nothing is` : "";
    return { topic: "mounts", about: at, says: `${says}${more}`, key: `mounts[${index}]` };
  });
}

const ABSENT = "not there";
const WHEN = " where it is there";

/** From less to more: by whether it is mounted and written, and by when it is. */
function parse(says: string): { source: string; mode: number; when: number } {
  const [, word = "", source = "", more = ""] = /^([^(]+) (\(.*\))([^)]*)$/s.exec(says) ?? [];
  const mode = [ABSENT, "ro", "rw"].indexOf(word);
  return { source, mode, when: mode === 0 ? 0 : more === WHEN ? 1 : more === "" ? 2 : 3 };
}
