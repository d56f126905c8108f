"""
how: its link-local address, by its MAC address
expect: shut
"""

from frames import by, ipv6, link_local, own, udp_part
from land import BRIDGE_MAC, HOSTPORT


def attempt(token):
    return by(
        BRIDGE_MAC,
        ipv6(link_local(BRIDGE_MAC), 17, udp_part(link_local(BRIDGE_MAC), HOSTPORT, token, source=link_local(own()))),
    )
