"""
how: UDP to everybody
expect: shut
unseen: nobody carries a broadcast over a router
"""

from sockets import udp


def attempt(token):
    return udp("255.255.255.255", 9999, token, setup=lambda s: s.setsockopt(1, 6, 1))
