import type { TechniqueClass } from "../technique.ts";

/** What the gateway itself answers, besides names and what is behind them. */
export const surfaces: TechniqueClass = {
  name: "the gateway's own surface",
  judged: "gateway",
  rows: [
    ["surface-tcp-low", "a TCP port below 10000 besides DNS", "scan(GATEWAY, range(1, 10000), {53})"],
    ["surface-tcp-middle", "a TCP port from 10000", "scan(GATEWAY, range(10000, 35000))"],
    ["surface-tcp-high", "a TCP port from 35000", "scan(GATEWAY, range(35000, 65536))"],
    [
      "surface-udp",
      "a UDP port besides DNS",
      "answering(GATEWAY, [p for p in range(1, 800) if p != 53] + [5353, 1812, 1900, 4500])",
    ],
    ["surface-vip", "a port of the allowed names' address", "scan(VIP, range(1, 10000), {80, 443})"],
    [
      "surface-vip-own",
      "a port of an allowed name with an address of its own",
      "scan(GITVIP, range(1, 10000), {22, 80, 443, 8443})",
    ],
    ["surface-endpoint", "a port of an endpoint's address", "scan(LANVIP, range(1, 12000), {80, 443, 11434})"],
    ["surface-vip-nobody", "a port of a virtual address that is nobody's", "scan(NOVIP, range(1, 2000), {80, 443})"],
    ["surface-outer", "a port of its outer address", "scan(OUTER_GATEWAY, [22, 53, 80, 443, 5353, 8000])"],
    [
      "surface-broadcast",
      "DNS by the link's broadcast",
      "udp(SUBNET_BROADCAST, 53, question('allowed.test'), setup=lambda s: s.setsockopt(1, 6, 1))",
    ],
    [
      "surface-stats",
      "the proxy's statistics",
      "served(http(get(VIP, '/haproxy?stats'))) or served(http(get('localhost', '/stats')))",
    ],
    ["surface-metrics", "metrics", "served(http(get(GATEWAY, '/metrics')))"],
    [
      "surface-runtime",
      "the proxy's commands on its web ports",
      "served(http('show info\\n')) or b'Name' in say('show info\\n') or None",
    ],
    ["surface-monitor", "the proxy's monitor address", "served(http(get('haproxy', '/monitor')))"],
    [
      "surface-version",
      "the version of its resolver",
      "b'dnsmasq' in udp(RESOLVER, 53, question('version.bind', 'TXT', klass=3)) or None",
    ],
    [
      "surface-authors",
      "the authors of its resolver",
      "b'Kelley' in udp(RESOLVER, 53, question('authors.bind', 'TXT', klass=3)) or None",
    ],
    [
      "surface-upstream",
      "the servers of its resolver",
      "udp(RESOLVER, 53, question('servers.bind', 'TXT', klass=3))[7:8].strip(b'\\0') or None",
    ],
    ["surface-server", "the software behind a refusal", "b'haproxy' in tcp(VIP, 80, get(BAD)).lower() or None"],
    ["surface-ping", "an answer to a ping", "other(GATEWAY, 1, 0, echo('x').decode('latin1'), 2) or None"],
    ["surface-others", "what is on the link for others", "heard_of_others()"],
  ],
};
