import type { Facts } from "../../plan/facts.ts";
import type { Limits } from "../../plan/workload.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { limitFacts, limitTopics } from "./facts.ts";

/** Bytes: what a client has that writes no limits.memory. */
export const DEFAULT_MEMORY = 8 * 2 ** 30;
/** Bytes: what files in /tmp may take where limits.tmp is not written. */
export const DEFAULT_TMP = 2 ** 30;

/** What the agent's container may use of the engine's machine. All clients together may ask for more than there is. */
export const limits: Capability = {
  plan: ({ spec }, { machine }) => {
    const limits = limitsOf(spec);
    return {
      limits,
      // Programs unpack and load libraries from /tmp (opencode does), so it is executable.
      scratch: [{ at: TMP, size: tmpOf(limits), exec: true, key: "limits.tmp" }],
      problems: [...limitProblems(spec.limits, machine), ...aboveTheMemory(spec.limits)],
      warnings: defaultAbove(spec.limits, machine),
    };
  },
  posture: ({ spec }, placed) => {
    const limits = placed?.agent.limits ?? limitsOf(spec);
    const tmp = placed?.agent.scratch.find(({ at }) => at === TMP)?.size ?? tmpOf(limits);
    return limitFacts({ ...limits, tmp });
  },
  topics: limitTopics,
};

const TMP = "/tmp";

/** What is asked for, with what holds where nothing is. */
function limitsOf({ limits: { cpus, memory = DEFAULT_MEMORY, pids, tmp, shm } }: Pick<Spec, "limits">): Limits {
  return { memory, pids, ...(cpus && { cpus }), ...(tmp && { tmp }), ...(shm && { shm }) };
}

function tmpOf({ memory, tmp }: Limits): number {
  return tmp ?? Math.min(DEFAULT_TMP, memory);
}

/** What an engine would refuse when the container of before is gone already, and limits that would be none. */
export function limitProblems(
  { cpus, memory, pids }: Spec["limits"],
  machine: Pick<Facts["machine"], "cpus" | "memory" | "processes">,
): Problem[] {
  const problems: Problem[] = [];
  if (cpus && machine.cpus && cpus > machine.cpus)
    problems.push({
      path: "limits.cpus",
      message: `${cpus} is more than the ${machine.cpus} CPUs of the engine's machine`,
    });
  if (memory && machine.memory && memory > machine.memory)
    problems.push({ path: "limits.memory", message: tooMuch(memory, machine.memory) });
  if (pids > machine.processes)
    problems.push({
      path: "limits.pids",
      message: `${pids} is more than the ${machine.processes} processes that the kernel of the engine's machine can have`,
    });
  return problems;
}

/** Both are parts of the container's memory: a program that fills more of them than that is ended by the kernel, and the limit is none. */
function aboveTheMemory({ memory = DEFAULT_MEMORY, ...limits }: Spec["limits"]): Problem[] {
  return (["tmp", "shm"] as const).flatMap((key) => {
    const given = limits[key] ?? 0;
    if (given <= memory) return [];
    return [
      {
        path: `limits.${key}`,
        message: `${size(given)} is more than the ${size(memory)} of limits.memory, of which it is a part; write less, or raise limits.memory`,
      },
    ];
  });
}

function size(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)}MiB`;
}

/** A default above the machine's memory is no limit there: that is a warning, and an error only where a person wrote it. */
export function defaultAbove(
  { memory }: Pick<Spec["limits"], "memory">,
  machine: Pick<Facts["machine"], "memory">,
): Problem[] {
  if (memory || !machine.memory || DEFAULT_MEMORY <= machine.memory) return [];
  return [{ path: "limits.memory", message: tooMuch(DEFAULT_MEMORY, machine.memory) }];
}

function tooMuch(given: number, there: number): string {
  return `${size(given)} is more than the ${size(there)} of the engine's machine, so it is no limit; write at most ${size(there * 0.9)}`;
}
