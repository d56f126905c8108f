import type { Declared } from "../../capabilities/capability.ts";
import { DEFAULT_MEMORY, DEFAULT_TMP } from "../../capabilities/limits/plan.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";

type Limits = Spec["limits"];

/** One of a client's limits, as a ceiling compares it. */
interface Limit {
  key: keyof Limits;
  /** How much a client has: also one that does not say. */
  of(limits: Limits): number;
  unit(amount: number): string;
}

/**
 * A limit above that of the ceiling. Its fact says that there is one, which is what keeps one client from another; how high it is, is compared here alone.
 */
export function aboveLimit(
  { key, of, unit }: Limit,
  client: Pick<Declared, "client" | "spec">,
  ceiling: { declared: Pick<Declared, "spec"> },
): Problem[] {
  const [asked, allowed] = [of(client.spec.limits), of(ceiling.declared.spec.limits)];
  if (asked <= allowed) return [];
  const said = asked === ALL ? `all ${key}` : `${unit(asked)} of ${key}`;
  return [
    {
      path: `limits.${key}`,
      message: `${client.client} could use ${said}, and the ceiling has ${unit(allowed)}; write at most that, or raise policies/guardrails/ceiling.yaml`,
    },
  ];
}

const ALL = Number.POSITIVE_INFINITY;

/** Bytes: what an engine gives /dev/shm where nobody says it. */
const DEFAULT_SHM = 64 * 2 ** 20;

const mib = (bytes: number) => `${bytes / 2 ** 20}MiB`;

export const LIMITS: readonly Limit[] = [
  { key: "cpus", of: ({ cpus }) => cpus ?? ALL, unit: String },
  { key: "memory", of: ({ memory }) => memory ?? DEFAULT_MEMORY, unit: mib },
  { key: "pids", of: ({ pids }) => pids, unit: String },
  { key: "tmp", of: ({ tmp, memory = DEFAULT_MEMORY }) => tmp ?? Math.min(DEFAULT_TMP, memory), unit: mib },
  { key: "shm", of: ({ shm }) => shm ?? DEFAULT_SHM, unit: mib },
];
