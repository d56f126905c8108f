import { createHash } from "node:crypto";
import { quoted } from "../../stack-file/quoted.ts";

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
  /** Bytes of the largest packet on the outer network, where the engine's own are too large. */
  mtu?: number;
}

/** Where networks come from unless the client says otherwise: neither Docker's nor Podman's default pools use it. */
export const ADDRESSES = "10.208.0.0/12";

/** Addresses of a pair of /24 networks. */
const PAIR = 512;

/** Ranges that a client's networks may come from. Widest first: what is in none of them is somebody's on the internet. */
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/** Why a text is no range that networks can come from, or nothing. From /12, 2048 pairs of /24, to /22, two of them. */
export function refuseAddresses(range: string): string | undefined {
  const [, address, bits] = /^(\d+\.\d+\.\d+\.\d+)\/([1-9]\d?)$/.exec(range) ?? [];
  const example = "write a private range of /12 to /22, like 172.20.0.0/16";
  if (!address || address.split(".").some((part) => Number(part) > 255))
    return `${quoted(range)} is not a range; ${example}`;
  if (Number(bits) < 12 || Number(bits) > 22) return `${quoted(range)} has not /12 to /22; ${example}`;
  const first = dotted(network(range));
  if (first !== address) return `${quoted(range)} begins inside a range; write ${first}/${bits}`;
  // As a whole: 192.160.0.0/12 holds 192.168.0.0/16, and fifteen times as many addresses of others.
  if (!PRIVATE.some((own) => overlaps(own, range) && prefix(own) <= prefix(range)))
    return `${quoted(range)} is not private (${PRIVATE.join(", ")}); ${example}`;
  return undefined;
}

/**
 * The address plan of a client: a slot chosen by its name, or the next one where a subnet in use (of another network, an
 * interface or a route of the host, a declared endpoint) overlaps. A client keeps the slot it has, also where a route comes that overlaps it.
 * @param own subnets that the client's networks have now (CIDR)
 * @param taken subnets of other networks of the engine, and of declared endpoints (CIDR)
 * @param range where its pair of /24 networks comes from (CIDR)
 * @param beside subnets that a client does not get, and keeps where it has them: of interfaces and routes of the host (CIDR)
 * @returns nothing when every slot is taken
 */
export function planAddresses(
  client: string,
  own: readonly string[],
  taken: readonly string[],
  range: string = ADDRESSES,
  beside: readonly string[] = [],
): AddressPlan | undefined {
  const pairs = 2 ** (23 - prefix(range));
  const wanted = createHash("sha256").update(client).digest().readUInt32BE(0) % pairs;
  const first = network(range);
  const slotOf = (address: number) => Math.floor((address - first) / PAIR);
  const kept = own
    .filter((subnet) => overlaps(range, subnet))
    .map((subnet) => slotOf(network(subnet)))
    .sort((a, b) => ((a - wanted + pairs) % pairs) - ((b - wanted + pairs) % pairs));
  const slotsOf = (subnets: readonly string[]) =>
    subnets.map((other) => [slotOf(network(other)), slotOf(network(other) + size(other) - 1)] as const);
  const isFree = (slot: number, used: ReturnType<typeof slotsOf>) =>
    used.every(([from, to]) => slot < from || slot > to);
  const [used, avoided] = [slotsOf(taken), slotsOf([...taken, ...beside])];
  const slot =
    kept.find((slot) => isFree(slot, used)) ??
    Array.from({ length: pairs }, (_, i) => (wanted + i) % pairs).find((slot) => isFree(slot, avoided));
  if (slot === undefined) return undefined;
  const [inner, outer] = [0, 256].map((at) => `${dotted(first + slot * PAIR + at)}/24`) as [string, string];
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

/** Where helpers are on an inner network: between the agent and the engine's own pool. */
const HELPERS = { first: 16, count: 48 };

/**
 * Gives every helper an address on the inner network, by its name: a name whose place nobody else wants always has it; only names that want one place
 * (hash collision) go to the next free ones, so one helper more moves no other but these.
 * @param inner CIDR (/24)
 * @throws when there are more names than places; the capability checks that first
 */
export function helperAddresses(inner: string, names: readonly string[]): ReadonlyMap<string, string> {
  if (names.length > HELPERS.count) throw new RangeError(`${names.length} helpers, and places for ${HELPERS.count}`);
  const wish = (name: string) => createHash("sha256").update(name).digest().readUInt32BE(0) % HELPERS.count;
  const sorted = [...new Set(names)].sort();
  const slots = new Map<number, string>();
  for (const name of sorted) if (!slots.has(wish(name))) slots.set(wish(name), name);
  for (const name of sorted) {
    let slot = wish(name);
    if (slots.get(slot) === name) continue;
    while (slots.has(slot)) slot = (slot + 1) % HELPERS.count;
    slots.set(slot, name);
  }
  return new Map(
    [...slots].map(([slot, name]) => [name, inner.replace(/0\/24$/, String(HELPERS.first + slot))] as const),
  );
}

/** True when two IPv4 networks in CIDR form share an address. */
export function overlaps(a: string, b: string): boolean {
  const shared = Math.min(prefix(a), prefix(b));
  const mask = shared === 0 ? 0 : (~0 << (32 - shared)) >>> 0;
  return (number(a) & mask) >>> 0 === (number(b) & mask) >>> 0;
}

/** The first address of a network, as a number. */
function network(cidr: string): number {
  return Math.floor(number(cidr) / size(cidr)) * size(cidr);
}

/** How many addresses a network has. */
function size(cidr: string): number {
  return 2 ** (32 - prefix(cidr));
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

function prefix(cidr: string): number {
  return Number(cidr.split("/")[1] ?? 32);
}

function number(cidr: string): number {
  return cidr
    .replace(/\/.*/, "")
    .split(".")
    .reduce((sum, part) => sum * 256 + Number(part), 0);
}
