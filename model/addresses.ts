import { createHash } from "node:crypto";

/** The two networks of a client, and who has which address on them. */
export interface AddressPlan {
  /** The network that only the agent and the gateway share, as CIDR (/24). */
  inner: string;
  /** The gateway's own way out, as CIDR (/24). */
  outer: string;
  /** Where the engine may take addresses from on the inner network by itself: none of those below. */
  innerPool: string;
  gateway: string;
  agent: string;
  vips: string;
  /** The engine's host, seen from the outer network. */
  host: string;
}

/** Pairs of /24 networks in 10.208.0.0/12, which neither Docker's nor Podman's default pools use. */
const PAIRS = 2048;

/**
 * The address plan of a client: a slot chosen by its name, or the next one where a subnet in use (of another network, an
 * interface of the host, a declared endpoint) overlaps. A client keeps the slot it has.
 * @param own subnets that the client's networks have now (CIDR)
 * @param taken subnets of everything else (CIDR)
 * @returns nothing when every slot is taken
 */
export function planAddresses(
  client: string,
  own: readonly string[],
  taken: readonly string[],
): AddressPlan | undefined {
  const wanted = createHash("sha256").update(client).digest().readUInt32BE(0) % PAIRS;
  const slots = Array.from({ length: PAIRS }, (_, i) => (wanted + i) % PAIRS);
  const kept = slots.filter((slot) => subnets(slot).some((subnet) => own.includes(subnet)));
  const free = (slot: number) => !subnets(slot).some((subnet) => taken.some((other) => overlaps(subnet, other)));
  const slot = [...kept, ...slots].find(free);
  if (slot === undefined) return undefined;
  const [inner, outer] = subnets(slot);
  const at = (subnet: string, last: number) => subnet.replace(/0\/24$/, String(last));
  return {
    inner,
    outer,
    innerPool: inner.replace("0/24", "64/26"),
    gateway: at(inner, 2),
    agent: at(inner, 3),
    vips: inner.replace("0/24", "128/25"),
    host: at(outer, 1),
  };
}

function subnets(slot: number): [inner: string, outer: string] {
  const net = (n: number) => `10.${208 + (n >> 8)}.${n & 255}.0/24`;
  return [net(2 * slot), net(2 * slot + 1)];
}

/** True when two IPv4 networks in CIDR form share an address. */
export function overlaps(a: string, b: string): boolean {
  const shared = Math.min(prefix(a), prefix(b));
  const mask = shared === 0 ? 0 : (~0 << (32 - shared)) >>> 0;
  return (number(a) & mask) >>> 0 === (number(b) & mask) >>> 0;
}

function prefix(cidr: string): number {
  return Number(cidr.split("/")[1] ?? 32);
}

function number(cidr: string): number {
  return cidr
    .split("/")[0]!
    .split(".")
    .reduce((sum, part) => sum * 256 + Number(part), 0);
}
