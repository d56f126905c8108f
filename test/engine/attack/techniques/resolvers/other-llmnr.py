"""
how: everybody on the link (LLMNR)
expect: shut
unseen: nobody carries multicast over a router
"""

from names import question
from sockets import udp


def attempt(token):
    return udp("224.0.0.252", 5355, question(token))
