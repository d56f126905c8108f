"""
how: UDP to an allowed site's real address
expect: shut
"""

from land import SHARED
from sockets import udp


def attempt(token):
    return udp(SHARED, 9999, token)
