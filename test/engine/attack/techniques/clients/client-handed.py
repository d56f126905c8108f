"""
how: a packet handed to the gateway
expect: shut
"""

from frames import by, gateway, ipv4, udp_part
from land import OTHER_AGENT


def attempt(token):
    return by(gateway(), ipv4(OTHER_AGENT, 17, udp_part(OTHER_AGENT, 8000, token)))
