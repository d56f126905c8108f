"""
how: an ARP request for an address of the internet
expect: shut
"""

from frames import EVERYBODY, NOBODY, arp, frame, own
from land import AGENT, EVIL


def attempt(token):
    return frame(EVERYBODY, 0x0806, arp(1, own(), AGENT, NOBODY, EVIL) + token.encode())
