import { EVERYTHING } from "./contract.ts";
import type { Destination, GatewayInput, Grant } from "./gateway-policy.ts";

/** What is open from a moment on, until the next period begins. */
export interface Period extends Pick<GatewayInput, "destinations" | "endpoints" | "inbound" | "web"> {
  /** As a grant's `until`; empty for the first period, which has no beginning. */
  from: string;
}

type Input = Pick<GatewayInput, "destinations" | "grants" | "endpoints" | "inbound" | "web" | "expires">;

/**
 * A policy's periods in their order: all grants are open in the first, and each end of one begins another without it. With the sandbox's own end begins the last, in which
 * nothing is open: no name, no machine, no port of the agent.
 */
export function planPeriods(input: Input): Period[] {
  const { destinations, grants, endpoints, inbound, web, expires } = input;
  return ["", ...new Set(planEnds(input).map(({ until }) => until))].map((from) =>
    expires !== undefined && from >= expires
      ? { from, destinations: [], endpoints: [], inbound: [], web: false }
      : {
          ...{ from, endpoints, inbound, web },
          destinations: union([
            ...destinations,
            ...grants.filter(({ until }) => until > from).flatMap((grant) => grant.destinations),
          ]),
        },
  );
}

/** What ends, sorted: the grants, of which none outlives the sandbox, and the sandbox itself. */
export function planEnds({ grants, expires }: Pick<Input, "grants" | "expires">): Pick<Grant, "until" | "name">[] {
  const ends = grants.map(({ until, name }) => ({ until: expires && expires < until ? expires : until, name }));
  return [...ends, ...(expires === undefined ? [] : [{ until: expires, name: EVERYTHING }])].sort((a, b) =>
    `${a.until} ${a.name}` < `${b.until} ${b.name}` ? -1 : 1,
  );
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
