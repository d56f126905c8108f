"""
how: from a machine that is not there
expect: shut
"""

from frames import NOBODY, by, gateway, ipv4, udp_part
from land import EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, token)), source=NOBODY)
