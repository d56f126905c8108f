import type { Lock, Tarball } from "../../capabilities/image/lock.ts";
import { present } from "../../stack-file/present.ts";

/** A package as the registry lists it. */
export interface Listing {
  /** The version its publisher calls the newest; nothing above it is taken. */
  latest?: string;
  /** Of each version when it was published (ISO). */
  released: Readonly<Record<string, string>>;
}

export type Entry = Lock["packages"][string];
export type Slot = "linux-x64" | "linux-arm64" | "any";

/** One version that an entry of the lock may be raised to, for the platforms that have it. */
export interface Candidate {
  /** Without what some packages append for the platform: 0.169.0 of 0.169.0-linux-x64. */
  version: string;
  slots: { slot: Slot; package: string; version: string; released: string }[];
  /** Platforms that the registry has no such version for (yet): they keep theirs. */
  lagging: { slot: Slot; version: string }[];
}

/**
 * What an entry can be raised to, newest first: releases published before `cutoff` (ISO), no preview, not above `latest`, and with
 * `keep: major` of the same major version. Empty when the lock has the newest.
 */
export function candidates(entry: Entry, listings: Readonly<Record<string, Listing>>, cutoff: string): Candidate[] {
  const slots = (["linux-x64", "linux-arm64", "any"] as const).flatMap((slot) => {
    const locked = entry[slot];
    if (!locked) return [];
    const listing = present(listings[locked.package], `what the registry has of ${locked.package}`);
    return [{ slot, locked, newer: newer(locked, listing, cutoff, entry.keep) }];
  });
  const versions = [...new Set(slots.flatMap(({ newer }) => newer.map(({ version }) => core(version))))];
  return versions
    .sort(compare)
    .reverse()
    .map((version) => ({
      version,
      slots: slots.flatMap(({ slot, locked, newer }) => {
        const found = newer.find((release) => core(release.version) === version);
        return found ? [{ slot, package: locked.package, ...found }] : [];
      }),
      lagging: slots.flatMap(({ slot, locked, newer }) =>
        newer.some((release) => core(release.version) === version) || compare(core(locked.version), version) >= 0
          ? []
          : [{ slot, version: locked.version }],
      ),
    })); // prettier-ignore
}

/** Of `1.2.3-linux-x64` the `1.2.3`. */
export function core(version: string): string {
  return /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? version;
}

function newer(
  locked: Tarball,
  listing: Listing,
  cutoff: string,
  keep?: "major",
): { version: string; released: string }[] {
  const own = core(locked.version);
  // A platform that is part of the version stays; anything else after a - is a preview.
  const suffix = locked.version.slice(own.length);
  return Object.entries(listing.released).flatMap(([version, released]) => {
    const release = core(version);
    const good =
      version === release + suffix &&
      compare(release, own) > 0 &&
      (!listing.latest || compare(release, core(listing.latest)) <= 0) &&
      (keep !== "major" || release.split(".")[0] === own.split(".")[0]) &&
      Date.parse(released) <= Date.parse(cutoff);
    return good ? [{ version, released }] : [];
  });
}

/** Numbers part by part: 1.10.0 is above 1.9.0. */
function compare(a: string, b: string): number {
  const right = b.split(".").map(Number);
  const differences = a.split(".").map((part, index) => Number(part) - (right[index] ?? Number.NaN));
  return differences.find((difference) => difference !== 0) ?? 0;
}
