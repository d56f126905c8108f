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

export type Place =
  | "dns"
  | "shared"
  | "other"
  | "git"
  | "evil"
  | "first"
  | "second"
  | "models"
  | "lan"
  | "printer"
  | "metadata"
  | "evil6";

export interface NameRecord {
  a: string[];
  aaaa?: string[];
  /** Seconds. */
  ttl: number;
}

export function planSites(n: number): Sites {
  const at = (last: number) => `45.67.${n}.${last}`;
  const addresses: Sites["addresses"] = {
    dns: at(53),
    // Two names on one address: only the name in the handshake tells them apart.
    shared: at(10),
    other: at(11),
    git: at(22),
    evil: at(66),
    first: at(30),
    second: at(31),
    // The APIs of the agents' models, under their real names.
    models: at(40),
    // Two machines of the LAN: one that stack files declare, and one that nothing may ever reach.
    lan: `10.77.${n}.9`,
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
      ...Object.fromEntries(MODEL_NAMES.map((host) => [host, name("models")])),
    },
  };
}

/** The record of a name: its own, else the nearest wildcard above it. */
export function recordOf(name: string, records: Sites["records"]): NameRecord | undefined {
  const labels = name.split(".");
  const wildcards = labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join(".")}`);
  return [name, ...wildcards].map((key) => records[key]).find((record) => record !== undefined);
}
