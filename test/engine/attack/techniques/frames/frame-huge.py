"""
how: of a packet whose length is a lie
expect: shut
unseen: the kernel finds the lie
"""

from frames import by, gateway, ipv4, udp_part
from land import EVIL


def attempt(token):
    p = ipv4(EVIL, 17, udp_part(EVIL, 53, token))
    return by(gateway(), p[:2] + b"\xff\xff" + p[4:])
