"""
how: TCP to a high port
expect: shut
"""

from land import EVIL
from sockets import tcp


def attempt(token):
    return tcp(EVIL, 31337, token)
