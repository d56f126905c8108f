import type { TechniqueClass } from "../technique.ts";

const NOT_CARRIED = "a bridge keeps such frames to itself";

/** Frames: who is who on the link. The agent's link has two ends, its own and the gateway's. */
export const frames: TechniqueClass = {
  name: "a forged frame",
  judged: "network",
  plain: "wire",
  rows: [
    [
      "frame-arp-gateway",
      "an ARP announcement of the gateway's address",
      "frame(EVERYBODY, 0x0806, arp(1, own(), GATEWAY, EVERYBODY, GATEWAY) + TOKEN.encode())",
    ],
    [
      "frame-arp-vip",
      "an ARP announcement of the virtual address",
      "frame(EVERYBODY, 0x0806, arp(2, own(), VIP, EVERYBODY, VIP) + TOKEN.encode())",
    ],
    [
      "frame-arp-bridge",
      "an ARP announcement of the bridge's address",
      "frame(EVERYBODY, 0x0806, arp(2, own(), BRIDGE, EVERYBODY, BRIDGE) + TOKEN.encode())",
    ],
    [
      "frame-arp-upstream",
      "an ARP answer to the gateway, for its upstream's address",
      "frame(gateway(), 0x0806, arp(2, own(), OUTER_HOST, gateway(), OUTER_GATEWAY) + TOKEN.encode())",
    ],
    [
      "frame-arp-internet",
      "an ARP request for an address of the internet",
      "frame(EVERYBODY, 0x0806, arp(1, own(), AGENT, NOBODY, EVIL) + TOKEN.encode())",
    ],
    [
      "frame-source-nobody",
      "from a machine that is not there",
      "by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)), source=NOBODY)",
    ],
    [
      "frame-source-gateway",
      "from the gateway's own MAC address",
      "by(EVERYBODY, ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)), source=gateway(), times=1)",
    ],
    [
      "frame-source-bridge",
      "from the bridge's own MAC address",
      "by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)), source=BRIDGE_MAC, times=1)",
    ],
    [
      "frame-everybody",
      "a packet for the internet, to everybody",
      "by(EVERYBODY, ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)))",
    ],
    [
      "frame-multicast",
      "a packet for the internet, to a group",
      "by('01:00:5e:00:00:01', ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)))",
    ],
    [
      "frame-vlan",
      "in another VLAN",
      "frame(gateway(), 0x8100, vlan(10, 0x0800, ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN))))",
    ],
    [
      "frame-vlan-zero",
      "in VLAN 0",
      "frame(gateway(), 0x8100, vlan(0, 0x0800, ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN))))",
    ],
    [
      "frame-vlan-two",
      "in a VLAN within a VLAN",
      "frame(gateway(), 0x88A8, vlan(1, 0x8100, vlan(10, 0x0800, ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)))))",
    ],
    ["frame-mpls", "in MPLS", "frame(gateway(), 0x8847, b'\\0\\1\\x41\\x40' + ipv4(EVIL, 17, TOKEN))"],
    ["frame-pppoe", "in PPPoE", "frame(EVERYBODY, 0x8863, b'\\x11\\x09\\0\\0\\0\\x40' + TOKEN.encode())"],
    [
      "frame-spanning-tree",
      "of the spanning tree",
      "frame('01:80:c2:00:00:00', 38, b'\\x42\\x42\\3' + TOKEN.encode())",
    ],
    ["frame-lldp", "of LLDP", "frame('01:80:c2:00:00:0e', 0x88CC, TOKEN)", "shut", NOT_CARRIED],
    ["frame-eapol", "of 802.1X", "frame('01:80:c2:00:00:03', 0x888E, TOKEN)", "shut", NOT_CARRIED],
    ["frame-wake", "of Wake-on-LAN", "frame(EVERYBODY, 0x0842, b'\\xff' * 6 + TOKEN.encode())"],
    ["frame-unknown", "of a kind that nobody has", "frame(EVERYBODY, 0x88B5, TOKEN)"],
    [
      "frame-dhcp",
      "of DHCP",
      "by(EVERYBODY, ipv4('255.255.255.255', 17, udp_part('255.255.255.255', 67, TOKEN, source='0.0.0.0', source_port=68), source='0.0.0.0'))",
    ],
    [
      "frame-huge",
      "of a packet whose length is a lie",
      "p = ipv4(EVIL, 17, udp_part(EVIL, 53, TOKEN)); got = by(gateway(), p[:2] + b'\\xff\\xff' + p[4:])",
      "shut",
      "the kernel finds the lie",
    ],
  ],
};
