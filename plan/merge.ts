import type { Contribution } from "../capabilities/capability.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import type { Inbound } from "../gateway/gateway-policy.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Gpu, Limits, Mount, Scratch } from "./workload.ts";

/** What all capabilities add to one sandbox, sorted. */
export interface Merged {
  mounts: Mount[];
  scratch: Scratch[];
  environment: Record<string, string>;
  gpu: Gpu;
  limits: Limits;
  inbound: Inbound[];
  addresses?: AddressPlan;
  problems: Problem[];
  warnings: Problem[];
}

/** Puts contributions together: sorted, but for variables, whose order an engine keeps. @throws where two say what only one can: that is a mistake of this project's, and no person's */
export function merge(all: readonly Contribution[]): Merged {
  const {
    gpu = false,
    limits,
    addresses,
  } = Object.fromEntries((["gpu", "limits", "addresses"] as const).map((what) => [what, theOne(what, all)])) as Pick<
    Contribution,
    "gpu" | "limits" | "addresses"
  >;
  if (!limits) throw new Error("no capability says what the agent may use");
  const environment = all.flatMap((one) => Object.entries(one.environment ?? {}));
  unique(
    "variable",
    environment.map(([name]) => name),
  );
  return {
    mounts: all.flatMap((one) => one.mounts ?? []).sort(by(({ at }) => at)),
    scratch: all.flatMap((one) => one.scratch ?? []).sort(by(({ at }) => at)),
    environment: Object.fromEntries(environment),
    inbound: all.flatMap((one) => one.inbound ?? []).sort((a, b) => a.port - b.port),
    ...{ gpu, limits },
    ...(addresses && { addresses }),
    problems: all.flatMap((one) => one.problems ?? []),
    warnings: all.flatMap((one) => one.warnings ?? []),
  };
}

function theOne(what: keyof Contribution, all: readonly Contribution[]): unknown {
  const [one, other] = all.flatMap((each) => (each[what] === undefined ? [] : [each[what]]));
  if (other !== undefined) throw new Error(`two capabilities say ${what}`);
  return one;
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two capabilities have a ${what} ${twice}`);
}

function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
