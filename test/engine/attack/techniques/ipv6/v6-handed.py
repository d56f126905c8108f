"""
how: a packet handed to the gateway
expect: shut
"""

from frames import by, gateway, ipv6, link_local, own, udp_part
from land import EVIL6


def attempt(token):
    return by(gateway(), ipv6(EVIL6, 17, udp_part(EVIL6, 53, token, source=link_local(own()))))
