import type { Facts } from "../../plan/facts.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { DEFAULT_MEMORY } from "./keys.ts";

/** What of an engine's machine a container may ask for, and what of it others have already. */
export interface Machine {
  /** 0 where the engine does not say. */
  cpus: number;
  /** Bytes; 0 where the engine does not say. */
  memory: number;
  /** Processes and threads that its kernel can have at once. */
  processes: number;
  /** Ports of it that somebody else listens on at 127.0.0.1, of those that the client publishes, and who. */
  ports: readonly { port: number; by: string }[];
}

/**
 * What an engine would refuse when the container of before is gone already, and limits that would be none. All clients together may ask for more than there is.
 */
export function machineProblems(spec: Pick<Spec, "limits" | "ports">, { machine }: Facts): Problem[] {
  const { cpus, memory, pids } = spec.limits;
  const problems: Problem[] = machine.ports.map(({ port, by }) => ({
    path: "ports",
    message: `${port} of this machine is taken by ${by}; publish another port`,
  }));
  if (cpus && machine.cpus && cpus > machine.cpus)
    problems.push({
      path: "limits.cpus",
      message: `${cpus} is more than the ${machine.cpus} CPUs of the engine's machine`,
    });
  if (machine.memory && memory > machine.memory && memory !== DEFAULT_MEMORY)
    problems.push({ path: "limits.memory", message: tooMuch(memory, machine.memory) });
  if (pids > machine.processes)
    problems.push({
      path: "limits.pids",
      message: `${pids} is more than the ${machine.processes} processes that the kernel of the engine's machine can have`,
    });
  return problems;
}

/** The default that is no limit here is told, and stops nobody who never wrote it. */
export function machineWarnings({ limits: { memory } }: Pick<Spec, "limits">, { machine }: Facts): Problem[] {
  if (memory !== DEFAULT_MEMORY || !machine.memory || memory <= machine.memory) return [];
  return [{ path: "limits.memory", message: tooMuch(memory, machine.memory) }];
}

function tooMuch(given: number, there: number): string {
  const size = (bytes: number) => `${Math.floor(bytes / 2 ** 20)}MiB`;
  return `${size(given)} is more than the ${size(there)} of the engine's machine, so it is no limit; write at most ${size(there * 0.9)}`;
}
