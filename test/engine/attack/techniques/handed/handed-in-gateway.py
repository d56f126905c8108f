"""
how: a packet within a packet for the gateway
expect: shut
unseen: a plain host ends no tunnels
"""

from frames import by, gateway, ipv4, udp_part
from land import EVIL, GATEWAY


def attempt(token):
    return by(gateway(), ipv4(GATEWAY, 4, ipv4(EVIL, 17, udp_part(EVIL, 53, token))))
