"""
how: to an address
expect: shut
"""

from hello import quic
from land import EVIL, bad
from sockets import udp


def attempt(token):
    return udp(EVIL, 443, quic(bad(token)))
