import type { Admission } from "../admission.ts";
import { PORTS, SANDBOX, USERS } from "../contract.ts";
import { type GatewayInput, PUBLISHED_AT } from "../gateway-policy.ts";
import { closedRanges } from "../private.ts";
import type { ReasonWord } from "../reasons.ts";

/**
 * The second wall: packet rules of the gateway's own network namespace. What is not said here does not pass, in either
 * direction, IPv6 included. Nothing is ever forwarded. The gateway defines `inner` and `outer`, its interfaces; users are the image's.
 */
export function renderNft(input: GatewayInput, admission: Admission): string[] {
  const { gateway, agent, vips, host } = input.addresses;
  const { tcp, lan, inbound } = admission;
  const endpoints = [...input.endpoints].sort((a, b) => (dialled(a) < dialled(b) ? -1 : 1));
  const way = input.upstreamProxy;
  const resolvers = [...new Set(input.resolvers.map((one) => (typeof one === "string" ? one : one.server)))].sort();
  const ports = [...new Set([80, 443, ...tcp.map(({ port }) => port)])].sort((a, b) => a - b);
  return [
    "add table inet gateway",
    "delete table inet gateway",
    "table inet gateway {",
    "  set private {",
    "    type ipv4_addr; flags interval",
    `    elements = { ${closedRanges(input).join(", ")} }`,
    "  }",
    // Filled as the rules are loaded: from here, and where none of these is for every name from the resolv.conf that the engine gave the gateway.
    "  set resolvers {",
    "    type ipv4_addr",
    ...(resolvers.length > 0 && !way ? [`    elements = { ${resolvers.join(", ")} }`] : []),
    "  }",
    "  chain input {",
    "    type filter hook input priority filter; policy drop;",
    "    iif lo accept",
    "    ct state invalid drop",
    // Before what is established: a forged answer to the gateway's own question is that, and its refusal (ICMP) would go out to
    // whoever was asked, with the forger's words in it.
    `    iifname $inner ip saddr != ${agent} limit rate 20/second burst 60 packets ${told("closed")}`,
    `    iifname $inner ip saddr != ${agent} drop`,
    "    ct state established,related accept",
    "    meta pkttype != unicast drop",
    `    iifname $inner ip saddr ${agent} ip daddr ${gateway} meta l4proto { tcp, udp } th dport ${PORTS.dns} accept`,
    `    iifname $inner ip saddr ${agent} ip daddr ${vips} tcp dport { 80, 443 } accept`,
    ...tcp.map((t) => `    iifname $inner ip saddr ${agent} ip daddr ${t.vip} tcp dport ${t.port} accept # ${t.host}`),
    ...lan.map((l) => `    iifname $inner ip saddr ${agent} ip daddr ${l.vip} tcp dport ${l.port} accept # ${l.name}`),
    // Published on 127.0.0.1, which engines forward in the name of the host. A neighbour that routes to the outer network is nobody we know. Who comes to another
    // address of the host keeps their own.
    ...inbound.map(
      ({ port, listen = PUBLISHED_AT }) =>
        `    iifname $outer ${listen === PUBLISHED_AT ? `ip saddr ${host} ` : ""}tcp dport ${port} accept # to the agent`,
    ),
    `    iifname $inner limit rate 20/second burst 60 packets ${told("closed")}`,
    // An answer at once, so that a client of a closed port does not hang until its own timeout.
    "    iifname $inner meta l4proto tcp reject with tcp reset",
    "    iifname $inner reject with icmpx admin-prohibited",
    `    limit rate 5/second burst 20 packets ${told("unasked")}`,
    "  }",
    "  chain output {",
    "    type filter hook output priority filter; policy drop;",
    "    oif lo accept",
    "    ct state invalid drop",
    "    ct state established,related accept",
    `    oifname $outer meta skuid ${USERS.resolver.name} ip daddr @resolvers meta l4proto { tcp, udp } th dport ${PORTS.dns} accept`,
    // Docker's 127.0.0.11 is served by the engine itself, whose questions leave from here as uid 0 (measured on 20.10). None
    // of the gateway's daemons is uid 0.
    ...(!way && input.resolvers.every((one) => typeof one !== "string")
      ? ["    oifname $outer meta skuid root meta l4proto { tcp, udp } th dport 53 accept # the engine's resolver"]
      : []),
    way
      ? `    oifname $outer meta skuid ${USERS.dial.name} ip daddr ${way.address} tcp dport ${way.port} accept # the company's proxy`
      : `    oifname $outer meta skuid ${USERS.proxy.name} ip daddr != @private tcp dport { ${ports.join(", ")} } accept`,
    ...endpoints.map(
      (e) =>
        `    oifname $outer meta skuid ${USERS.proxy.name} ip daddr ${e.address} tcp dport ${e.port} accept # ${e.name}`,
    ),
    ...[...new Set(inbound.flatMap(({ to }) => [to, SANDBOX.loopbackPort]))].map(
      (port) =>
        `    oifname $inner meta skuid ${USERS.proxy.name} ip daddr ${agent} tcp dport ${port} accept # to the agent`,
    ),
    // The kernel's own multicast (IGMP, MLD) is no event.
    "    ip daddr 224.0.0.0/4 drop",
    "    ip6 daddr ff00::/8 drop",
    `    limit rate 20/second burst 60 packets ${told("wall")}`,
    "    reject with icmpx admin-prohibited",
    "  }",
    "  chain forward {",
    "    type filter hook forward priority filter; policy drop;",
    "  }",
    "}",
  ];
}

/** Endpoints in the order of their names, whose addresses may be the same. */
function dialled({ name, port }: GatewayInput["endpoints"][number]): string {
  return `${name} ${String(port).padStart(5, "0")}`;
}

/** Tells the audit of a packet: the prefix is the reason, and group 1 is what gatewayd listens to (images/gateway/gatewayd/audit/hear.go). */
function told(reason: ReasonWord): string {
  return `log prefix "${reason}" group 1`;
}
