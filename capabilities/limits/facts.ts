import type { PostureFact } from "../../plan/review/fact.ts";
import { TOGETHER, type Topic, walls } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** That there is a limit keeps one client from the others; how high it is, is a matter of the machine's size. */
export const limitTopics: Readonly<Record<string, Topic>> = { limits: walls(() => true, TOGETHER) };

export function limitFacts({ memory, pids, cpus, tmp, shm }: Spec["limits"] & { memory: number }): PostureFact[] {
  const said: [name: string, says: string | undefined][] = [
    ["cpus", cpus?.toString()],
    ["memory", mib(memory)],
    ["pids", String(pids)],
    ["shm", shm === undefined ? undefined : mib(shm)],
    ["tmp", tmp === undefined ? undefined : mib(tmp)],
  ];
  return said.flatMap(([about, says]) => (says ? [{ topic: "limits", about, says, key: `limits.${about}` }] : []));
}

function mib(bytes: number): string {
  return `${bytes / 2 ** 20}MiB`;
}
