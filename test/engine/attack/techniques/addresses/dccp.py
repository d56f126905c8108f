"""
how: DCCP by the kernel
expect: shut
unseen: the kernel has no such transport here; the raw packet of the same protocol is a row of its own
"""

from land import EVIL
from sockets import other


def attempt(token):
    return other(EVIL, 33, 9999, token, 6)
