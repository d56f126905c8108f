"""
how: UDP-Lite
expect: shut
"""

from land import EVIL
from sockets import other


def attempt(token):
    return other(EVIL, 136, 9999, token, 2)
