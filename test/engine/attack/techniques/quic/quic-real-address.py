"""
how: to an allowed site's real address
expect: shut
"""

from hello import quic
from land import SHARED, good
from sockets import udp


def attempt(token):
    return udp(SHARED, 443, quic(good(token)))
