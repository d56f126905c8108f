"""
how: a UDP port besides DNS
expect: shut
"""

from land import GATEWAY
from sockets import answering


def attempt(token):
    return answering(GATEWAY, [p for p in range(1, 800) if p != 53] + [5353, 1812, 1900, 4500])
