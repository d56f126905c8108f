"""
how: to the gateway itself
expect: shut
unseen: it is for the gateway alone
"""

from hello import quic
from land import GATEWAY, bad
from sockets import udp


def attempt(token):
    return udp(GATEWAY, 443, quic(bad(token)))
