"""
how: an ARP answer to the gateway, for its upstream's address
expect: shut
"""

from frames import arp, frame, gateway, own
from land import OUTER_GATEWAY, OUTER_HOST


def attempt(token):
    return frame(gateway(), 0x0806, arp(2, own(), OUTER_HOST, gateway(), OUTER_GATEWAY) + token.encode())
