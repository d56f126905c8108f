"""
how: a packet for its gateway handed to ours
expect: shut
"""

from frames import by, gateway, ipv4, tcp_part
from land import OTHER_OUTER


def attempt(token):
    return by(gateway(), ipv4(OTHER_OUTER, 6, tcp_part(OTHER_OUTER, 443, token)))
