"""
how: an ARP announcement of the virtual address
expect: shut
"""

from frames import EVERYBODY, arp, frame, own
from land import VIP


def attempt(token):
    return frame(EVERYBODY, 0x0806, arp(2, own(), VIP, EVERYBODY, VIP) + token.encode())
