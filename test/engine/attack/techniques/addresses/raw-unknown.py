"""
how: a protocol that nobody has (253)
expect: shut
"""

from land import EVIL
from sockets import raw


def attempt(token):
    return raw(EVIL, 253, token)
