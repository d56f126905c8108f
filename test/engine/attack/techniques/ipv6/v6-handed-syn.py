"""
how: a connection handed to the gateway
expect: shut
"""

from frames import by, gateway, ipv6, link_local, own, tcp_part
from land import EVIL6


def attempt(token):
    return by(gateway(), ipv6(EVIL6, 6, tcp_part(EVIL6, 80, token, source=link_local(own()))))
