"""
how: an IPv6 packet within a packet
expect: shut
"""

from frames import ipv6
from land import EVIL, EVIL6
from sockets import raw


def attempt(token):
    return raw(EVIL, 41, ipv6(EVIL6, 17, token))
