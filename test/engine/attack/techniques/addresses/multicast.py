"""
how: UDP to a multicast group
expect: shut
unseen: nobody carries multicast over a router
"""

from sockets import udp


def attempt(token):
    return udp("239.1.2.3", 9999, token)
