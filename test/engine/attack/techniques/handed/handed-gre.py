"""
how: a tunnel
expect: shut
"""

from frames import by, gateway, ipv4
from land import EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 47, b"\0\0\x08\0" + ipv4(EVIL, 17, token)))
