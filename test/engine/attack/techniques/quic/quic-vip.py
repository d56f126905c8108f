"""
how: to where allowed names are, for a name that is not
expect: shut
"""

from hello import quic
from land import VIP, bad
from sockets import udp


def attempt(token):
    return udp(VIP, 443, quic(bad(token)))
