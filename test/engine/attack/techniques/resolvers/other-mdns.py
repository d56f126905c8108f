"""
how: everybody on the link (mDNS)
expect: shut
unseen: nobody carries multicast over a router
"""

from names import question
from sockets import udp


def attempt(token):
    return udp("224.0.0.251", 5353, question(token + ".local"))
