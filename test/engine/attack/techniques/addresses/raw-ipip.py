"""
how: a packet within a packet
expect: shut
"""

from frames import ipv4
from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 4, ipv4(EVIL, 17, token))
