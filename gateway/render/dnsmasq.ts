import type { Admission } from "../admission.ts";
import { GATEWAY, LIVE_NAME, PORTS } from "../contract.ts";
import type { GatewayInput } from "../gateway-policy.ts";
import { PRIVATE_DOMAINS } from "../private.ts";

/**
 * The agent's resolver (dnsmasq). It has no upstream, so no question can carry data out: what is not here is REFUSED.
 * Measured on 2.91: `*.domain` answers names below a domain, never the domain itself nor a name that only ends alike; `#` answers
 * every name (profile `web`), `server=/domain/#` leaves a domain to an upstream, which is not there; hosts come before both. With
 * `local` a question for another type of record has an empty answer, without it musl's resolver waits for one.
 */
export function renderAgentResolver(input: GatewayInput, admission: Admission): string[] {
  return [
    `port=${PORTS.dns}`,
    `listen-address=127.0.0.1,${input.addresses.gateway}`,
    // Bound once, at start: with bind-dynamic dnsmasq insists on a capability for port 53.
    "bind-interfaces",
    "no-resolv",
    "no-hosts",
    "no-poll",
    // Its version and its counters are nobody's business.
    "no-ident",
    "pid-file=",
    "cache-size=0",
    "local-ttl=60",
    // Names have no IPv6 here. Without it AAAA is REFUSED, which musl's resolver waits out.
    "filter-AAAA",
    "log-facility=-",
    "log-queries=extra",
    `addn-hosts=${GATEWAY.live}/hosts`,
    ...admission.below.flatMap(({ domain, vip, origin }) => {
      const names = domain === "" ? "#" : `*.${domain}`;
      return [`address=/${names}/${vip} # ${origin}`, `local=/${names}/`];
    }),
    ...(input.web ? PRIVATE_DOMAINS.map((domain) => `server=/${domain}/#`) : []),
  ];
}

/** Exact names and endpoints with their virtual addresses. Re-read on SIGHUP, so a new name costs no restart. */
export function renderHosts({ helpers = [] }: Pick<GatewayInput, "helpers">, admission: Admission): string[] {
  return [
    ...admission.answers.map(({ name, vip, origin }) => `${vip} ${name} # ${origin}`),
    // Neighbours of the agent, at their own addresses: nothing of what is said to them comes by here.
    ...helpers.map(({ name, address }) => `${address} ${name} # client: helper`),
  ];
}

/** The proxy's resolver (dnsmasq), on loopback only: asks the real one, or that of the name's domain. The proxy judges the addresses it answers. */
export function renderUpstreamResolver(input: GatewayInput): string[] {
  const general = input.resolvers.filter((one) => typeof one === "string");
  const zones = input.resolvers.filter((one) => typeof one !== "string");
  return [
    `port=${PORTS.resolver}`,
    "listen-address=127.0.0.1",
    "bind-interfaces",
    "no-hosts",
    "pid-file=",
    "cache-size=1000",
    // `.invalid` never resolves (RFC 6761), so the resolver answers it alone: the watchdog asks for it to see that the resolver is alive, whatever is upstream.
    `local=/${LIVE_NAME.split(".").at(-1)}/`,
    "log-facility=-",
    // A company's proxy resolves names, so no question leaves.
    ...(input.upstreamProxy
      ? ["no-resolv"]
      : general.length > 0
        ? ["no-resolv", ...[...general].sort().map((address) => `server=${address}`)]
        : ["resolv-file=/etc/resolv.conf"]),
    ...(input.upstreamProxy ? [] : zones).map(({ domain, server }) => `server=/${domain}/${server}`).sort(),
  ];
}
