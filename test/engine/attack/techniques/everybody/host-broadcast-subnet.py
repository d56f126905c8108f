"""
how: to the network's broadcast address
expect: shut
"""

from land import HOSTPORT, SUBNET_BROADCAST
from sockets import udp


def attempt(token):
    return udp(SUBNET_BROADCAST, HOSTPORT, token, setup=lambda s: s.setsockopt(1, 6, 1))
