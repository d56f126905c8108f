import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import { rights } from "../../plan/review/topic.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";

/** Walls that the engine cannot hold: an `up` is refused by each, unless the client's file accepts it by name. */
export const accept: Capability = {
  plan: ({ spec }, { engine }) => ({ problems: unaccepted(spec, engine) }),
  posture: ({ spec }) =>
    [...new Set(spec.accept)].map((about) => ({ topic: "accept", about, says: "", key: "accept" })),
  topics: { accept: rights() },
};

/** CPUs are limited only where the file says so, of the agent or of a helper. Memory and processes always are: without, one agent stops the machine for all. */
function unaccepted(
  { accept, limits, helpers, runtime }: Pick<Spec, "accept" | "limits" | "helpers" | "runtime">,
  engine: Facts["engine"],
): Problem[] {
  const { memory, pids, cpus } = lacks(engine, runtime).limits ?? {};
  const asked = [
    ...Object.entries(helpers).map(([name, { limits }]) => [`helpers.${name}.limits.cpus`, limits.cpus] as const),
    ["limits.cpus", limits.cpus] as const,
  ].flatMap(([key, cpus]) => (cpus === undefined ? [] : [key]));
  const unheld = [
    ["limits.cpus", asked.length === 0 ? undefined : cpus, `, leave ${asked.sort().join(", ")} out`],
    ["limits.memory", memory, ""],
    ["limits.pids", pids, ""],
  ] as const;
  const missing = unheld.filter(([path, why]) => why !== undefined && !accept.includes(path));
  const whole = [...new Set([...accept, ...missing.map(([path]) => path)])].sort().join(", ");
  return missing.map(([path, why, instead]) => ({
    path,
    message: `is not held by this engine: ${why}. Use an engine that holds it${instead}, or accept that one agent can stop the whole machine: accept: [${whole}]`,
  }));
}
