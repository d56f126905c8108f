"""
how: a connection's first packet, with data
expect: shut
"""

from frames import by, gateway, ipv4, tcp_part
from land import EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 6, tcp_part(EVIL, 80, token)))
