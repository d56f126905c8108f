"""
how: UDP to the port of IPsec
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 500, token)
