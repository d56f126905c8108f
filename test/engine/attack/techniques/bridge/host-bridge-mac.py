"""
how: a datagram handed to the bridge by its MAC address
expect: shut
"""

from frames import by, ipv4, udp_part
from land import BRIDGE_MAC, HOSTPORT, HOSTS


def attempt(token):
    return [
        by(BRIDGE_MAC, ipv4(address, 17, udp_part(address, HOSTPORT, token))) for address in HOSTS if ":" not in address
    ]
