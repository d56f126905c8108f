import { describeFact, type PostureFact } from "../../plan/review/fact.ts";
import { BY_OWNER, type Topic, walls } from "../../plan/review/topic.ts";
import type { Limits } from "../../plan/workload.ts";

/** That there is a limit keeps one client from the others; how high it is, is a matter of the machine's size. */
export const limitTopics: Readonly<Record<string, Topic>> = {
  limits: walls(() => true, {
    // Those of gateway and lock, on which a client has no word, are told apart.
    group: ({ about }) => /^(\w+) /.exec(about)?.[1] ?? "",
    together: (facts, owner) => (owner ? BY_OWNER.together(facts, owner) : facts.map(describeFact)),
  }),
};

/** What the agent's container may use. Without a number of CPUs it may use all, and memory for sharing is then what its engine gives. */
export function limitFacts({ memory, pids, cpus, tmp, shm }: Limits & { tmp: number }): PostureFact[] {
  const said: [name: string, says: string | undefined][] = [
    ["cpus", cpus?.toString()],
    ["memory", mib(memory)],
    ["pids", String(pids)],
    ["shm", shm === undefined ? "the engine's own" : mib(shm)],
    ["tmp", mib(tmp)],
  ];
  return said.flatMap(([about, says]) => (says ? [{ topic: "limits", about, says, key: `limits.${about}` }] : []));
}

/** Memory as a limit of a container says it. */
export function mib(bytes: number): string {
  return `${bytes / 2 ** 20}MiB`;
}
