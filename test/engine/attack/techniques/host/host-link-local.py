"""
how: its link-local address
expect: shut
unseen: the interface has no IPv6 here
"""

from frames import link_local
from land import BRIDGE_MAC, HOSTPORT
from sockets import udp


def attempt(token):
    return udp(link_local(BRIDGE_MAC) + "%eth0", HOSTPORT, token)
