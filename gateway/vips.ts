import { createHash } from "node:crypto";
import type { Endpoint, GatewayInput } from "./gateway-policy.ts";

/** The addresses that stand for names inside the sandbox. */
export interface VirtualAddresses {
  /** The one address of all names that have only ports 80 and 443, wildcards included: SNI and Host tell them apart. */
  shared: string;
  /** Addresses of their own, by name: names with other ports, and endpoints of one label. There the address alone tells the name. */
  own: ReadonlyMap<string, string>;
}

/** Names that can have an address of their own: a /25 less the network's first and broadcast addresses and the shared one. */
export const MAX_OWN_ADDRESSES = 125;

/**
 * Gives every name that needs one a virtual address. An address depends on the name, not on the other names: a name whose
 * place nobody else wants always has it; only names that want one place (hash collision) go to the next free ones.
 * @throws when more than MAX_OWN_ADDRESSES names need one; the planner checks that first
 */
export function planVips(
  input: Pick<GatewayInput, "destinations" | "grants" | "endpoints" | "addresses">,
): VirtualAddresses {
  const names = ownNames(input);
  if (names.length > MAX_OWN_ADDRESSES)
    throw new RangeError(`${names.length} names need an address of their own; there are ${MAX_OWN_ADDRESSES}`);
  const [, base, last] = /^(.+)\.(\d+)\/25$/.exec(input.addresses.vips) ?? [];
  if (!base || !last) throw new RangeError(`${input.addresses.vips} is no network of 128 addresses (/25)`);
  const first = Number(last);
  const address = (slot: number) => `${base}.${first + 2 + slot}`;
  return {
    shared: `${base}.${first + 1}`,
    own: new Map([...assign(names)].map(([name, slot]) => [name, address(slot)])),
  };
}

/**
 * Names that the address alone has to tell, sorted: those with ports besides 80 and 443, and endpoints of one label. Those of grants count as long as they are in the
 * policy, so that the end of one moves no other name's address.
 */
export function ownNames(input: Pick<GatewayInput, "destinations" | "grants" | "endpoints">): string[] {
  const all = [...input.destinations, ...input.grants.flatMap(({ destinations }) => destinations)];
  const hosts = all.filter(({ subdomains, ports }) => !subdomains && !ports.every(isWeb));
  const endpoints = input.endpoints.filter((endpoint) => !isJudgedByName(endpoint));
  return [...new Set([...hosts.map(({ host }) => host), ...endpoints.map(({ name }) => name)])].sort();
}

/** True for an endpoint of which a handshake or a request has to say the name, as of a public name: one under a host name, on 80 or 443. */
export function isJudgedByName({ name, port }: Pick<Endpoint, "name" | "port">): boolean {
  return name.includes(".") && isWeb(port);
}

/** True for the ports whose protocol carries the name. */
export function isWeb(port: number): boolean {
  return port === 80 || port === 443;
}

/** Two rounds, so that a name that moves out of another's way never moves a third. */
function assign(names: readonly string[]): Map<string, number> {
  const byWish = Map.groupBy(names, wish);
  const slots = new Map([...byWish].flatMap(([slot, names]) => names.slice(0, 1).map((first) => [first, slot])));
  const taken = new Set(slots.values());
  for (const name of names.filter((name) => !slots.has(name))) {
    let slot = wish(name);
    while (taken.has(slot)) slot = (slot + 1) % MAX_OWN_ADDRESSES;
    taken.add(slot);
    slots.set(name, slot);
  }
  return slots;
}

function wish(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0) % MAX_OWN_ADDRESSES;
}
