"""
how: UDP to each of its addresses
expect: shut
"""

from land import HOSTPORT, HOSTS
from sockets import quietly, udp


def attempt(token):
    return [quietly(udp, address, HOSTPORT, token) for address in HOSTS] and None
