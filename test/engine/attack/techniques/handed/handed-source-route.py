"""
how: a loose source route through the gateway
expect: shut
unseen: the kernel of a host drops source-routed packets
"""

import socket

from frames import by, gateway, ipv4, udp_part
from land import EVIL, GATEWAY


def attempt(token):
    return by(
        gateway(), ipv4(GATEWAY, 17, udp_part(GATEWAY, 53, token), options=bytes([131, 7, 4]) + socket.inet_aton(EVIL))
    )
