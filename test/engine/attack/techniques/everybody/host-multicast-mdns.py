"""
how: to the group of mDNS (224.0.0.251)
expect: shut
"""

from land import HOSTPORT
from sockets import udp


def attempt(token):
    return udp("224.0.0.251", HOSTPORT, token)
