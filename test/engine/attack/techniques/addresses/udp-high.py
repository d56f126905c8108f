"""
how: UDP to a high port
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 9999, token)
