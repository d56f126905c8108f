"""
how: to an allowed site's real address
expect: shut
"""

from frames import by, gateway, ipv4, tcp_part
from land import SHARED


def attempt(token):
    return by(gateway(), ipv4(SHARED, 6, tcp_part(SHARED, 443, token)))
