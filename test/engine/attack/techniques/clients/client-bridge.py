"""
how: a packet handed to the bridge
expect: shut
"""

from frames import by, ipv4, udp_part
from land import BRIDGE_MAC, OTHER_AGENT


def attempt(token):
    return by(BRIDGE_MAC, ipv4(OTHER_AGENT, 17, udp_part(OTHER_AGENT, 8000, token)))
