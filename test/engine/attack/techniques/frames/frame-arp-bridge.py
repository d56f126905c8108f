"""
how: an ARP announcement of the bridge's address
expect: shut
"""

from frames import EVERYBODY, arp, frame, own
from land import BRIDGE


def attempt(token):
    return frame(EVERYBODY, 0x0806, arp(2, own(), BRIDGE, EVERYBODY, BRIDGE) + token.encode())
