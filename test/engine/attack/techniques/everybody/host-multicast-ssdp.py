"""
how: to the group of SSDP (239.255.255.250)
expect: shut
"""

from land import HOSTPORT
from sockets import udp


def attempt(token):
    return udp("239.255.255.250", HOSTPORT, token)
