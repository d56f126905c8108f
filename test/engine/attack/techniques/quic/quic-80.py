"""
how: on the port of HTTP
expect: shut
"""

from hello import quic
from land import VIP, bad
from sockets import udp


def attempt(token):
    return udp(VIP, 80, quic(bad(token)))
