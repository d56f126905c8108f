import type { Added, Contribution } from "../capabilities/capability.ts";
import type { Helper } from "../capabilities/helpers/helper.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import type { Inbound } from "../gateway/gateway-policy.ts";
import type { Problem } from "../stack-file/problem.ts";
import { OWN_SCRATCH } from "./agent-container.ts";
import { takenTwice } from "./one-place.ts";
import type { Gpu, Limits, Mount, Scratch } from "./workload.ts";

/** What all capabilities add to one sandbox, sorted, and the memory that each sandbox has. */
export interface Merged {
  /** Each with the key that asks for it. */
  mounts: Added<Mount>[];
  scratch: Added<Scratch>[];
  environment: Record<string, string>;
  gpu: Gpu;
  runtime?: string;
  limits: Limits;
  inbound: Inbound[];
  helpers: Helper[];
  addresses?: AddressPlan;
  problems: Problem[];
  warnings: Problem[];
}

/** What a sandbox has whoever asks for what: memory at places that no key names. */
const OWN = "the sandbox's own";

/**
 * Puts contributions together: sorted, but for variables, whose order an engine keeps. Two that want one place, port or variable are a problem at the key
 * of the second: an engine would say so when the container of before is gone already.
 * @param contributions by the name of their capability
 * @throws where two say what only one can: that is a mistake of this project's, and no person's
 */
export function merge(contributions: Readonly<Record<string, Contribution>>): Merged {
  const all = Object.entries(contributions);
  const theOne = <What extends "gpu" | "runtime" | "limits" | "addresses">(what: What): Contribution[What] => {
    const [one, other] = all.filter(([, { [what]: said }]) => said !== undefined);
    if (one && other) throw new Error(`${one[0]} and ${other[0]} both say ${what}`);
    return one?.[1][what];
  };
  const [limits, addresses, runtime] = [theOne("limits"), theOne("addresses"), theOne("runtime")];
  if (!limits) throw new Error("no capability says what the agent may use");
  const mounts = all.flatMap(([name, { mounts = [] }]) => mounts.map((mount) => ({ key: name, ...mount })));
  const scratch = all.flatMap(([name, { scratch = [] }]) => scratch.map((one) => ({ key: name, ...one })));
  const own = { key: OWN, ...OWN_SCRATCH };
  const inbound = all.flatMap(([key, { inbound = [] }]) => inbound.map((one) => ({ key, at: one.port, one })));
  const variables = all.flatMap(([key, { environment = {} }]) =>
    Object.entries(environment).map(([at, value]) => ({ key, at, value })),
  );
  return {
    mounts: mounts.sort(by(({ at }) => at)),
    scratch: [...scratch, own].sort(by(({ at }) => at)),
    environment: Object.fromEntries(variables.map(({ at, value }) => [at, value])),
    inbound: inbound.map(({ one }) => one).sort((a, b) => a.port - b.port),
    helpers: all.flatMap(([, { helpers = [] }]) => helpers),
    ...{ gpu: theOne("gpu") ?? false, limits },
    ...(addresses && { addresses }),
    ...(runtime && { runtime }),
    problems: [
      ...all.flatMap(([, { problems = [] }]) => problems),
      ...takenTwice([own, ...scratch, ...mounts]).map(({ one: { key, at }, other }) => ({
        path: key,
        message: `${at} has something mounted already (${other.key}); choose another place in the sandbox`,
      })),
      ...takenTwice(inbound).map(({ one: { key, at }, other }) => ({
        path: key,
        message: `${at} of this machine is published already (${other.key}); choose another port`,
      })),
      ...takenTwice(variables).map(({ one: { key, at }, other }) => ({
        path: key,
        message: `the variable ${at} is set already (${other.key}); leave one of them out`,
      })),
    ],
    warnings: all.flatMap(([, { warnings = [] }]) => warnings),
  };
}

function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
