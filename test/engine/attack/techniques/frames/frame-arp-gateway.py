"""
how: an ARP announcement of the gateway's address
expect: shut
"""

from frames import EVERYBODY, arp, frame, own
from land import GATEWAY


def attempt(token):
    return frame(EVERYBODY, 0x0806, arp(1, own(), GATEWAY, EVERYBODY, GATEWAY) + token.encode())
