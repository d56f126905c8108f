"""
how: of connections reset at once
expect: shut
"""

import struct

from flood import repeat
from land import VIP
from sockets import tcp


def attempt(token):
    return repeat(lambda: tcp(VIP, 443, setup=lambda s: s.setsockopt(1, 13, struct.pack("ii", 1, 0)), wait=0.001), 2)
