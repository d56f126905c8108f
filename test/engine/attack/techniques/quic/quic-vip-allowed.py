"""
how: to where allowed names are, for one of them
expect: shut
"""

from hello import quic
from land import VIP, good
from sockets import udp


def attempt(token):
    return udp(VIP, 443, quic(good(token)))
