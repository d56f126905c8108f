"""
how: from the gateway's own MAC address
expect: shut
"""

from frames import EVERYBODY, by, gateway, ipv4, udp_part
from land import EVIL


def attempt(token):
    return by(EVERYBODY, ipv4(EVIL, 17, udp_part(EVIL, 53, token)), source=gateway(), times=1)
