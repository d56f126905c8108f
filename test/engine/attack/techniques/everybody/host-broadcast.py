"""
how: to 255.255.255.255
expect: shut
"""

from land import HOSTPORT
from sockets import udp


def attempt(token):
    return udp("255.255.255.255", HOSTPORT, token, setup=lambda s: s.setsockopt(1, 6, 1))
