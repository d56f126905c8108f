import type { Destination, GatewayInput } from "./gateway-policy.ts";

/** The destinations that are open from a moment on, until the next period begins. */
export interface Period {
  /** As a grant's `until`; empty for the first period, which has no beginning. */
  from: string;
  destinations: Destination[];
}

/** A policy's periods in their order: all grants are open in the first, and each end of one begins another without it. */
export function planPeriods({ destinations, grants }: Pick<GatewayInput, "destinations" | "grants">): Period[] {
  const ends = [...new Set(grants.map(({ until }) => until))].sort();
  return ["", ...ends].map((from) => ({
    from,
    destinations: union([
      ...destinations,
      ...grants.filter(({ until }) => until > from).flatMap((grant) => grant.destinations),
    ]),
  }));
}

/** One line a name: ports of what is open for good and of what is granted come together. The origin is the first one's, so that a comment does not come and go. */
function union(all: readonly Destination[]): Destination[] {
  return [...Map.groupBy(all, ({ host, subdomains }) => `${host} ${subdomains}`).values()].flatMap((same) =>
    same.slice(0, 1).map((first) => ({
      ...first,
      ports: [...new Set(same.flatMap(({ ports }) => ports))].sort((a, b) => a - b),
    })),
  );
}
