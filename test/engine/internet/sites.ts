import { GIT_NAMES } from "./git.ts";
import { MODEL_NAMES } from "./models.ts";

/**
 * Who lives where on the fake internet. Everything is made from one number, so that two runs on one machine have two
 * internets. The public range is 45.67.<n>.0/24: a resolver's rebind check takes the ranges for documentation as private.
 */
export interface Sites {
  /** The public range, and the address of this host on it. */
  range: string;
  host: string;
  dns: string;
  /** An address by what lives there. Packets are counted by these. */
  addresses: Record<Place, string>;
  /** What the authoritative server answers, by name. A name that starts with `*.` is all below it. */
  records: Record<string, NameRecord>;
}

/** The socket of the forge's ssh, in the folder of the internet. */
export const FORGE = "forge.sock";

export type Place =
  | "dns"
  | "shared"
  | "other"
  | "git"
  | "forge"
  | "evil"
  | "first"
  | "second"
  | "models"
  | "code"
  | "lan"
  | "nas"
  | "printer"
  | "metadata"
  | "evil6";

export interface NameRecord {
  a: string[];
  aaaa?: string[];
  /** Seconds. */
  ttl: number;
  /** How many of its addresses an answer has; without it all. */
  atOnce?: number;
}

export function planSites(n: number): Sites {
  const at = (last: number) => `45.67.${n}.${last}`;
  const addresses: Sites["addresses"] = {
    dns: at(53),
    // Two names on one address: only the name in the handshake tells them apart.
    shared: at(10),
    other: at(11),
    git: at(22),
    // Real ssh, where a suite serves it.
    forge: at(23),
    evil: at(66),
    first: at(30),
    second: at(31),
    // The APIs of the agents' models, under their real names.
    models: at(40),
    // Hosts of git, with repositories.
    code: at(41),
    // Machines of the LAN: two that stack files declare, one of them in a suite that counts its packets, and one that
    // nothing may ever reach.
    lan: `10.77.${n}.9`,
    nas: `10.77.${n}.11`,
    printer: `10.77.${n}.10`,
    metadata: "169.254.169.254",
    evil6: `2a0e:fa4e:${n}::66`,
  };
  const name = (...places: Place[]): NameRecord => ({ a: places.map((place) => addresses[place]), ttl: 60 });
  const evil = { ...name("evil"), aaaa: [addresses.evil6] };
  return {
    range: `45.67.${n}.0/24`,
    host: at(1),
    dns: addresses.dns,
    addresses,
    records: {
      "allowed.test": name("shared"),
      "neighbour.test": name("shared"),
      "also.test": name("other"),
      "*.wild.test": name("other"),
      "dotted.test": name("other"),
      "*.dotted.test": name("other"),
      "git.test": name("git"),
      "forge.test": name("forge"),
      "stranger.test": name("forge"),
      "evil.test": evil,
      "*.evil.test": evil,
      "rotating.test": { ...name("first", "second"), ttl: 0 },
      "moving.test": { ...name("first"), ttl: 1 },
      // Public names whose owner points them inside.
      "lan.test": name("printer"),
      "metadata.test": name("metadata"),
      "loopback.test": { a: ["127.0.0.1"], ttl: 60 },
      "ipv4only.arpa": { a: ["192.0.0.170"], ttl: 60 },
      // A test points it at this machine.
      "here.test": { ...name("first"), ttl: 0 },
      "mixed.test": name("shared", "printer"),
      ...planTraps(addresses),
      ...Object.fromEntries(MODEL_NAMES.map((host) => [host, name("models")])),
      ...Object.fromEntries(GIT_NAMES.map((host) => [host, name("code")])),
    },
  };
}

/** Names below trap.test, each of which its owner points to a place inside, by what is there. */
function planTraps({ shared, printer, metadata, evil6 }: Sites["addresses"]): Sites["records"] {
  const traps: Record<string, Partial<NameRecord>> = {
    loopback: { a: ["127.0.0.1"] },
    loopback2: { a: ["127.8.8.8"] },
    zero: { a: ["0.0.0.0"] },
    ten: { a: ["10.208.0.2"] },
    docker: { a: ["172.17.0.1"] },
    home: { a: ["192.168.0.1"] },
    lan: { a: [printer] },
    ssh: { a: [printer] },
    cgnat: { a: ["100.64.0.1"] },
    "link-local": { a: ["169.254.1.1"] },
    metadata: { a: [metadata] },
    benchmark: { a: ["198.18.0.1"] },
    protocols: { a: ["192.0.0.192"] },
    multicast: { a: ["224.0.0.251"] },
    reserved: { a: ["240.0.0.1"] },
    broadcast: { a: ["255.255.255.255"] },
    mixed: { a: [shared, printer] },
    // Outside in one answer, inside in the next.
    turns: { a: [shared, printer], ttl: 0, atOnce: 1 },
    nowhere: {},
    six: { aaaa: [evil6] },
    // 169.254.169.254, written as IPv6.
    mapped: { aaaa: ["::ffff:a9fe:a9fe"] },
  };
  return Object.fromEntries(
    Object.entries(traps).map(([place, it]) => [`${place}.trap.test`, { a: [], ttl: 60, ...it }]),
  );
}

/** The record of a name: its own, else the nearest wildcard above it. */
export function recordOf(name: string, records: Sites["records"]): NameRecord | undefined {
  const labels = name.split(".");
  const wildcards = labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join(".")}`);
  return [name, ...wildcards].map((key) => records[key]).find((record) => record !== undefined);
}
