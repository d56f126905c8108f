"""
how: from a public address
expect: shut
"""

from frames import by, ipv4, udp_part
from land import BRIDGE_MAC, EVIL, HOSTPORT, HOSTS


def attempt(token):
    return [
        by(BRIDGE_MAC, ipv4(address, 17, udp_part(address, HOSTPORT, token, source=EVIL), source=EVIL))
        for address in HOSTS
        if ":" not in address
    ]
