"""
how: everybody on the link (NetBIOS)
expect: shut
unseen: nobody carries a broadcast over a router
"""

from land import SUBNET_BROADCAST
from names import question
from sockets import udp


def attempt(token):
    return udp(SUBNET_BROADCAST, 137, question(token), setup=lambda s: s.setsockopt(1, 6, 1))
